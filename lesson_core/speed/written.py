"""Attention as the formula says it: every score and every weight is written to memory."""

from torch import Tensor

from lesson_core.model.attention import Attention, written_attention
from lesson_core.model.cache import Cache
from lesson_core.model.layers import Rotation


class WrittenAttention(Attention):
    """The slow twin of `Attention`: repeated keys, scores, mask, softmax, product."""

    def forward(self, x: Tensor, rotation: Rotation | None, cache: Cache) -> Tensor:
        batch, tokens, _ = x.shape
        q, k, v = self.project(x, rotation)
        k, v = cache.append(self.layer, k, v)  # [B, n_kv_heads, length + T, d_head]
        mixed, _weights = written_attention(q, k, v)
        result: Tensor = self.out(mixed.transpose(1, 2).reshape(batch, tokens, -1))
        return result
