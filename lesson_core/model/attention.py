"""Attention: the formula written out, and the fast path beside it.

`written_attention` is softmax(QKᵀ/√d)V, line by line, and hands back the weights;
`fast_attention` lets torch fuse the same thing. A test proves them equal.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lesson_core.model.cache import Cache
from lesson_core.model.layers import RMSNorm, Rotation, rotate
from lesson_core.schema.config import ModelConfig


def causal_mask(queries: int, keys: int, device: torch.device) -> Tensor:
    """True where a query may look: [queries, keys]. The last query stands at the last key."""
    ones = torch.ones(queries, keys, dtype=torch.bool, device=device)
    return ones.tril(diagonal=keys - queries)


def written_attention(q: Tensor, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
    """softmax(QKᵀ/√d_head)V with a causal mask; returns the result and the weights.

    q is [B, n_heads, T, d_head]; k and v are [B, n_kv_heads, L, d_head]: each KV head serves
    n_heads / n_kv_heads query heads. The weights are [B, n_heads, T, L] and sum to 1 over L.
    """
    group = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])  # [B, n_heads, T, L]
    mask = causal_mask(q.shape[2], k.shape[2], q.device)
    weights = scores.masked_fill(~mask, -torch.inf).softmax(dim=-1)
    return weights @ v, weights


def fast_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    """The same as `written_attention`, by torch's fused kernel, without the weights.

    With one query the heads of a group become rows that share one KV head: nothing is repeated
    and no mask is needed.
    """
    batch, n_heads, queries, d_head = q.shape
    n_kv_heads, keys = k.shape[1], k.shape[2]
    if queries == 1:
        rows = q.view(batch, n_kv_heads, n_heads // n_kv_heads, d_head)
        return F.scaled_dot_product_attention(rows, k, v, attn_mask=mask).reshape(q.shape)
    if mask is None and queries < keys:
        mask = causal_mask(queries, keys, q.device)
    return F.scaled_dot_product_attention(
        q, k, v, attn_mask=mask, is_causal=mask is None, enable_gqa=n_heads != n_kv_heads
    )


class Attention(nn.Module):
    """Multi-head attention; MHA, GQA and MQA differ only in `n_kv_heads`.

    The three projections are one matrix, in the order queries, keys, values.
    """

    def __init__(self, config: ModelConfig, layer: int) -> None:
        super().__init__()
        self.layer = layer
        self.d_head = config.d_head
        self.heads = [config.n_heads, config.n_kv_heads]
        self.split = [config.n_heads + config.n_kv_heads, config.n_kv_heads]
        self.qkv = nn.Linear(config.d_model, sum(self.split) * config.d_head, config.qkv_bias)
        self.out = nn.Linear(config.n_heads * config.d_head, config.d_model, config.linear_bias)
        self.q_norm = RMSNorm(config.d_head, config.norm_eps) if config.qk_norm else None
        self.k_norm = RMSNorm(config.d_head, config.norm_eps) if config.qk_norm else None

    def project(self, x: Tensor, rotation: Rotation | None) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values of `x` [B, T, d_model], each [B, heads, T, d_head]."""
        batch, tokens, _ = x.shape
        heads = self.qkv(x).view(batch, tokens, -1, self.d_head).transpose(1, 2)
        qk, v = heads.split(self.split, dim=1)
        if self.q_norm is not None and self.k_norm is not None:
            q, k = qk.split(self.heads, dim=1)
            qk = torch.cat([self.q_norm(q), self.k_norm(k)], dim=1)
        if rotation is not None:
            qk = rotate(qk, rotation)  # queries and keys turn alike, so they turn together
        q, k = qk.split(self.heads, dim=1)
        return q, k, v

    def forward(self, x: Tensor, rotation: Rotation | None, cache: Cache) -> Tensor:
        batch, tokens, _ = x.shape
        q, k, v = self.project(x, rotation)
        k, v = cache.append(self.layer, k, v)  # [B, n_kv_heads, length + T, d_head]
        mixed = fast_attention(q, k, v, cache.mask)  # [B, n_heads, T, d_head]
        result: Tensor = self.out(mixed.transpose(1, 2).reshape(batch, tokens, -1))
        return result

    def weights(self, x: Tensor, rotation: Rotation | None) -> Tensor:
        """Who looks at whom, [B, n_heads, T, T], for a whole sequence; each row sums to 1."""
        return written_attention(*self.project(x, rotation))[1]
