"""What the layers of an encoder–decoder are made of: attention to another sequence, an MLP, noise,
and what the decoder remembers.
"""

import math
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lesson_core.model.attention import causal_mask

PAD = 0
"""The id that fills up shorter sequences of a batch; nobody looks at it."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The shape of an encoder–decoder; `dropout` matters in training only."""

    vocab_size: int
    d_model: int
    n_heads: int
    d_ff: int
    encoder_layers: int
    decoder_layers: int
    max_len: int
    dropout: float = 0.0


class Attention(nn.Module):
    """Multi-head attention: queries from `x`, keys and values from what `x` may look at."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.n_heads = shape.n_heads
        self.query = nn.Linear(shape.d_model, shape.d_model)
        self.key_value = nn.Linear(shape.d_model, 2 * shape.d_model)
        self.out = nn.Linear(shape.d_model, shape.d_model)

    def keys_values(self, memory: Tensor) -> tuple[Tensor, Tensor]:
        """`memory` [B, S, d_model] as keys and values, each [B, n_heads, S, d_head]."""
        keys, values = self.key_value(memory).chunk(2, dim=-1)
        return self._heads(keys), self._heads(values)

    def forward(
        self, x: Tensor, keys: Tensor, values: Tensor, seen: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """`x` [B, T, d_model], and who looks where, [B, n_heads, T, S], each row summing to 1.

        `seen` [B or 1, 1, T or 1, S] is False where a query must not look. The formula is written
        out: for sentences of ten tokens torch's fused kernel is slower here, eight times in bf16.
        """
        q = self._heads(self.query(x))
        scores = q @ keys.transpose(-2, -1) / math.sqrt(q.shape[-1])  # [B, n_heads, T, S]
        if seen is not None:
            scores = scores.masked_fill(~seen, -1e9)
        weights = scores.softmax(dim=-1).to(values.dtype)
        out: Tensor = self.out((weights @ values).transpose(1, 2).flatten(2))
        return out, weights

    def _heads(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], self.n_heads, -1).transpose(1, 2)


class Dropout(nn.Module):
    """Sets a share of the numbers to 0 in training, and scales the rest up to keep their mean.

    As `nn.Dropout`, but the noise is drawn once and each call starts somewhere else in it:
    drawing afresh took a fifth of a training step on a CPU.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share
        self._noise: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not self.share:
            return x
        numbers = x.numel()
        if self._noise is None or 2 * numbers > len(self._noise) or self._noise.dtype != x.dtype:
            kept = torch.rand(max(1 << 20, 4 * numbers)) >= self.share
            self._noise = kept.to(x.dtype) / (1 - self.share)
        start = int(torch.randint(len(self._noise) - numbers, ()))
        return x * self._noise[start : start + numbers].view(x.shape)


class MLP(nn.Module):
    """`down(relu(up(x)))`."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.up, self.down = (
            nn.Linear(shape.d_model, shape.d_ff),
            nn.Linear(shape.d_ff, shape.d_model),
        )
        self.drop = Dropout(shape.dropout)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.down(self.drop(F.relu(self.up(x))))
        return out


@dataclass
class Past:
    """What a decoder keeps between steps: the source as keys and values per layer, once and for
    all, and the keys and values of what is written so far, [B, n_heads, length, d_head] each.

    With `watch`, a pass leaves each layer's cross-attention [B, n_heads, T, S] in `looks`.
    """

    source: list[tuple[Tensor, Tensor]]
    seen: Tensor  # [B, 1, 1, S], False where the source is padding
    written: list[tuple[Tensor, Tensor]] = field(default_factory=list)
    length: int = 0
    watch: bool = False
    looks: list[Tensor] = field(default_factory=list)

    def append(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Take one layer's new keys and values; return old and new together."""
        if layer == len(self.written):
            self.written.append((keys, values))
        else:
            old_keys, old_values = self.written[layer]
            keys, values = (
                torch.cat([old_keys, keys], dim=2),
                torch.cat([old_values, values], dim=2),
            )
            self.written[layer] = keys, values
        return keys, values

    def causal(self, new: int) -> Tensor | None:
        """Which positions the `new` ones may look at; the newest one alone sees everything."""
        if new == 1:
            return None
        return causal_mask(new, self.length + new, self.seen.device)

    def select(self, rows: Tensor) -> None:
        """Keep these rows of the batch, in this order: beams die and branch."""
        self.source = [(k[rows], v[rows]) for k, v in self.source]
        self.written = [(k[rows], v[rows]) for k, v in self.written]
        self.seen = self.seen[rows]
