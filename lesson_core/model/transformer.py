"""A decoder-only Transformer that knows nothing of speed tricks, files or sampling.

x = embedding(token_ids)
for each layer:   h = x + attention(norm(x));   x = h + mlp(norm(h))
logits = head(norm(x))
"""

from collections.abc import Callable, Iterator

from torch import Tensor, nn

from lesson_core.model.attention import Attention
from lesson_core.model.cache import Cache, KVCache, NoCache
from lesson_core.model.layers import Rotary, Rotation, mlp, norm
from lesson_core.schema.config import ModelConfig


class Block(nn.Module):
    """One layer: attention mixes tokens, the feed-forward part works on each of them."""

    def __init__(self, config: ModelConfig, layer: int) -> None:
        super().__init__()
        self.attention_norm = norm(config)
        self.attention = Attention(config, layer)
        self.mlp_norm = norm(config)
        self.mlp = mlp(config)

    def forward(
        self, x: Tensor, rotation: Rotation | None, cache: Cache, last_only: bool = False
    ) -> Tensor:
        h = x + self.attention(self.attention_norm(x), rotation, cache)
        if last_only:  # keys and values of all tokens are kept by now
            h = h[:, -1:]
        out: Tensor = h + self.mlp(self.mlp_norm(h))
        return out

    def weights(self, x: Tensor, rotation: Rotation | None) -> Tensor:
        """The attention weights of this layer for input `x`: [B, n_heads, T, T]."""
        return self.attention.weights(self.attention_norm(x), rotation)


class Transformer(nn.Module):
    """Token ids in, logits out. What was seen before lives in the cache, never in the model.

    `decode_step` is set from outside where a recipe brings its own function for one new token per
    sequence, [B, 1] to [B, vocab_size]; it gives the logits of `last_logits`.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocab_size, config.d_model)
        self.rotary: Rotary | None = None
        self.positions: nn.Embedding | None = None
        if config.positions == "rope":
            self.rotary = Rotary(config.d_head, config.max_seq_len, config.rope_theta or 10_000.0)
        else:
            self.positions = nn.Embedding(config.max_seq_len, config.d_model)
        self.layers = nn.ModuleList(Block(config, i) for i in range(config.n_layers))
        self.norm = norm(config)
        self.head = nn.Linear(config.d_model, config.vocab_size, bias=False)
        self.tie_head()
        self.decode_step: Callable[[Tensor, KVCache], Tensor] | None = None

    def tie_head(self) -> None:
        """Where the model was trained so, the head is the embedding table read the other way."""
        if self.config.tied_head:
            self.head.weight = self.embedding.weight

    def embed(self, token_ids: Tensor, position: int) -> Tensor:
        """Rows of the table for `token_ids` [B, T], the first at `position`: [B, T, d_model]."""
        x: Tensor = self.embedding(token_ids)
        if self.positions is not None:
            x = x + self.positions.weight[position : position + token_ids.shape[1]]
        return x

    def rotation(self, position: int, tokens: int) -> Rotation | None:
        """The turn of each of `tokens` positions; None where positions are learned."""
        return self.rotary(position, tokens) if self.rotary is not None else None

    def hidden(self, token_ids: Tensor, cache: Cache, last_only: bool = False) -> Tensor:
        """What the last layer says about each of the new tokens: [B, T, d_model].

        Where only the last of them leads to a token, the last layer finishes it alone: [B, 1, ..].
        """
        run_ids, position = cache.begin(token_ids)
        x = self.embed(run_ids, position)
        rotation = self.rotation(position, run_ids.shape[1])
        for i, layer in enumerate(self.layers, start=1):
            x = layer(x, rotation, cache, last_only and i == len(self.layers))
        cache.advance(run_ids.shape[1])
        return x[:, -token_ids.shape[1] :]

    def logits(self, x: Tensor) -> Tensor:
        """Scores of every next token: [.., d_model] to [.., vocab_size]."""
        scores: Tensor = self.head(self.norm(x))
        return scores

    def forward(self, token_ids: Tensor, cache: Cache) -> Tensor:
        """Logits of all positions of `token_ids` [B, T]: [B, T, vocab_size]."""
        return self.logits(self.hidden(token_ids, cache))

    def last_logits(self, token_ids: Tensor, cache: Cache) -> Tensor:
        """Logits of the last position only, [B, vocab_size]: all that generation needs."""
        return self.logits(self.hidden(token_ids, cache, last_only=True)[:, -1])

    def attention_weights(self, token_ids: Tensor) -> Iterator[Tensor]:
        """Layer by layer, who looks at whom: [B, n_heads, T, T]. Runs one pass without a cache."""
        cache = NoCache()
        x = self.embed(token_ids, 0)
        rotation = self.rotation(0, token_ids.shape[1])
        for layer in self.layers:
            assert isinstance(layer, Block)
            yield layer.weights(x, rotation)
            x = layer(x, rotation, cache)
