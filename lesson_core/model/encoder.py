"""A sentence encoder (BERT): a sentence in, one vector of length 1 out.

x = norm(token + position + segment)
for each layer:   h = norm(x + attention(x));   x = norm(h + mlp(h))
vector = mean of x over the tokens that are not padding, divided by its length

Three differences from the decoder next door: every token sees every other one, the norms come
after the sums, and nothing is written: the last layer is the result. Two sentences are as alike
as the product of their vectors says (the cosine of their angle).
Source: Devlin et al. 2018, arXiv:1810.04805; mean pooling: Reimers & Gurevych 2019, 1908.10084.
"""

from dataclasses import dataclass
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from lesson_core.errors import LabError


@dataclass(frozen=True, kw_only=True)
class EncoderConfig:
    """The shape of a BERT encoder."""

    vocab_size: int
    d_model: int
    n_layers: int
    n_heads: int
    d_ff: int
    max_len: int
    segments: int
    norm_eps: float

    @classmethod
    def from_hf(cls, values: dict[str, Any]) -> "EncoderConfig":
        """From a config.json of the Hub; LabError("encoder_unsupported") for other families."""
        kind, act = values.get("model_type"), values.get("hidden_act", "gelu")
        place = values.get("position_embedding_type", "absolute")
        if (kind, act, place) != ("bert", "gelu", "absolute"):
            raise LabError("encoder_unsupported", found=f"{kind}, {act}, {place}")
        return cls(
            vocab_size=values["vocab_size"],
            d_model=values["hidden_size"],
            n_layers=values["num_hidden_layers"],
            n_heads=values["num_attention_heads"],
            d_ff=values["intermediate_size"],
            max_len=values["max_position_embeddings"],
            segments=values["type_vocab_size"],
            norm_eps=values["layer_norm_eps"],
        )


class Layer(nn.Module):
    """Attention over the whole sentence, then the feed-forward part; a norm after each sum."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        width, d_ff = config.d_model, config.d_ff
        self.n_heads = config.n_heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.attention_norm = nn.LayerNorm(width, eps=config.norm_eps)
        self.up, self.down = nn.Linear(width, d_ff), nn.Linear(d_ff, width)
        self.mlp_norm = nn.LayerNorm(width, eps=config.norm_eps)

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        """`x` [B, T, d_model]; `seen` [B, 1, 1, T] is False where a key is padding."""
        q, k, v = (self._heads(part(x)) for part in (self.query, self.key, self.value))
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=seen)  # [B, n_heads, T, d_head]
        h = self.attention_norm(x + self.out(mixed.transpose(1, 2).flatten(2)))
        result: Tensor = self.mlp_norm(h + self.down(F.gelu(self.up(h))))
        return result

    def _heads(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], self.n_heads, -1).transpose(1, 2)


class Encoder(nn.Module):
    """Token ids in, one vector per token out; `pooled` makes one per sentence of them."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.vocab_size, config.d_model)
        self.positions = nn.Embedding(config.max_len, config.d_model)
        self.segments = nn.Embedding(config.segments, config.d_model)
        self.norm = nn.LayerNorm(config.d_model, eps=config.norm_eps)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.n_layers))

    def forward(self, token_ids: Tensor, seen: Tensor) -> Tensor:
        """`token_ids` and `seen` (True: a token, False: padding) [B, T] to [B, T, d_model]."""
        x = self.tokens(token_ids) + self.positions.weight[: token_ids.shape[1]]
        x = self.norm(x + self.segments.weight[0])  # one sentence: all of it is segment 0
        for layer in self.layers:
            x = layer(x, seen[:, None, None, :])
        out: Tensor = x
        return out


def pooled(hidden: Tensor, seen: Tensor) -> Tensor:
    """The mean over the real tokens, scaled to length 1: [B, T, d_model] to [B, d_model]."""
    kept = seen.unsqueeze(-1).to(hidden.dtype)
    mean = (hidden * kept).sum(dim=1) / kept.sum(dim=1)
    return F.normalize(mean, dim=-1)
