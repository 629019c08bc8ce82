"""The flat step for a few new tokens of one text: what checks a draft, for little more than one.

The weights are read once, however many tokens there are, so a pass over nine tokens should take
hardly longer than over one. PyTorch's matrix product does not see it that way: from four rows on
it first copies the matrix into an order that pays for hundreds of rows. A batch of small products
over blocks of the same matrix is computed in place, without that copy. Measured on the default
model, two threads: all products of a pass take 20 ms for one token; for nine, 51 ms as they are
and 31 ms in blocks.

Covers what `flat` covers, one sequence, up to `MOST` tokens. Tests hold it equal to the model.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from lesson_core.generate import flat
from lesson_core.model.attention import causal_mask
from lesson_core.model.cache import KVCache
from lesson_core.model.layers import Rotary, rotate
from lesson_core.model.transformer import Transformer

MOST = 16  # tokens; beyond, the plain product has caught up
IN_PLACE = 3  # rows up to which the plain product does not copy the matrix
BLOCK = 96  # rows of a block, at most: small enough to stay in the cache of a core


class Matrix(NamedTuple):
    """The same weights seen twice: whole [in, out], and in blocks [blocks, in, out / blocks]."""

    whole: Tensor
    blocks: Tensor

    @classmethod
    def of(cls, whole: Tensor) -> "Matrix":
        rows = next(n for n in range(min(BLOCK, whole.shape[1]), 0, -1) if whole.shape[1] % n == 0)
        return cls(whole, whole.t().reshape(-1, rows, whole.shape[0]).transpose(1, 2))

    def times(self, x: Tensor) -> Tensor:
        """`x` [T, in] times the matrix: [T, out]."""
        if x.shape[0] <= IN_PLACE:
            return torch.mm(x, self.whole)
        parts = torch.bmm(x.expand(len(self.blocks), *x.shape), self.blocks)  # [blocks, T, rows]
        return parts.transpose(0, 1).flatten(1)


class Layer(NamedTuple):
    """The weights of one block of the model, in the order they are read."""

    attention_norm: Tensor
    qkv: Matrix
    qkv_bias: Tensor | None
    out: Matrix
    mlp_norm: Tensor
    gate_up: Matrix
    down: Matrix


@dataclass(frozen=True)
class Bound:
    """A model and a cache, looked up once for a whole answer."""

    embedding: Tensor
    layers: list[Layer]
    norm: Tensor
    head: Matrix
    eps: Tensor
    rotary: Rotary
    heads: tuple[int, int]  # query heads, KV heads


def bind(model: Transformer, cache: KVCache) -> Bound | None:
    """Look up the weights; None where `flat` does not cover the model, or for a batch."""
    plain = flat.bind(model, cache)
    if plain is None or cache.room.shape[1] != 1:
        return None
    return Bound(
        embedding=plain.embedding,
        layers=[_layer(layer) for layer in plain.layers],
        norm=plain.norm,
        head=Matrix.of(plain.head),
        eps=plain.eps,
        rotary=plain.rotary,
        heads=(model.config.n_heads, model.config.n_kv_heads),
    )


def step(bound: Bound, token_ids: Tensor, cache: KVCache) -> Tensor:
    """Read the tokens [1, T] of one text; logits after each of them, [1, T, vocab_size]."""
    position = cache.begin(token_ids)[1]
    new = token_ids.shape[1]
    rotation = bound.rotary(position, new)
    n_heads, n_kv_heads = bound.heads
    mask = causal_mask(new, position + new, token_ids.device)
    mask = mask.repeat(n_heads // n_kv_heads, 1)  # heads of a group are rows of one KV head
    x = F.embedding(token_ids[0], bound.embedding)  # [T, d_model]
    for i, w in enumerate(bound.layers):
        qkv = w.qkv.times(_rms_norm(x, w.attention_norm, bound.eps))
        qkv = qkv if w.qkv_bias is None else qkv + w.qkv_bias
        heads = qkv.view(new, n_heads + 2 * n_kv_heads, -1).transpose(0, 1)  # [heads, T, d_head]
        qk, v = heads[: n_heads + n_kv_heads], heads[n_heads + n_kv_heads :]
        turned = rotate(qk, rotation)
        q, k = turned[:n_heads], turned[n_heads:]
        keys, values = cache.append(i, k[None], v[None])
        rows = q.reshape(1, n_kv_heads, -1, q.shape[-1])  # [1, n_kv_heads, group * T, d_head]
        mixed = F.scaled_dot_product_attention(rows, keys, values, attn_mask=mask)
        x = x + w.out.times(mixed.view(n_heads, new, -1).transpose(0, 1).flatten(1))
        gate, up = w.gate_up.times(_rms_norm(x, w.mlp_norm, bound.eps)).chunk(2, dim=-1)
        x = x + w.down.times(F.silu(gate) * up)
    cache.advance(new)
    return bound.head.times(_rms_norm(x, bound.norm, bound.eps))[None]


def _rms_norm(x: Tensor, weight: Tensor, eps: Tensor) -> Tensor:
    length = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32)
    scale = torch.addcmul(eps, length, length, value=1.0 / x.shape[-1]).rsqrt()  # [T, 1]
    return (x * scale).to(x.dtype) * weight


def _layer(plain: flat.Layer) -> Layer:
    return Layer(
        attention_norm=plain.attention_norm,
        qkv=Matrix.of(plain.qkv),
        qkv_bias=plain.qkv_bias,
        out=Matrix.of(plain.out),
        mlp_norm=plain.mlp_norm,
        gate_up=Matrix.of(plain.gate_up),
        down=Matrix.of(plain.down),
    )
