"""The decode step with its Python taken out: the fast twin of `Transformer` for one new token.

A decode step on a CPU is a walk through all weights, and between two matrices lie a dozen tiny
operations. They compute next to nothing, but each of them, and each call of a module, comes back
to a cache that the weights have just swept empty. So the step is written as one flat loop over
tensors looked up beforehand, tokens are rows [B, d_model], and the work is done in place.

It covers what it was measured on, plain Llama- and Qwen2-like models on a CPU; for everything
else `bind` says None and the model runs as it is. Tests prove both give the same logits.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lesson_core.model.attention import Attention
from lesson_core.model.cache import KVCache
from lesson_core.model.layers import RMSNorm, Rotary, SwiGLU
from lesson_core.model.transformer import Block, Transformer


class Layer(NamedTuple):
    """The tensors of one block, in the order they are read; matrices as [in, out]."""

    attention_norm: Tensor
    qkv: Tensor
    qkv_bias: Tensor | None
    out: Tensor
    mlp_norm: Tensor
    gate_up: Tensor
    down: Tensor
    keys_values: Tensor  # the cache's room, [B, 2 * n_kv_heads, max_len, d_head]


class Bound(NamedTuple):
    """A model and a cache, looked up once for a whole answer."""

    model: Transformer
    embedding: Tensor
    layers: list[Layer]
    norm: Tensor
    head: Tensor
    eps: Tensor
    cos: Tensor
    sin: Tensor


def bind(model: Transformer, cache: KVCache) -> Bound | None:
    """Look up the tensors; None if any part is not the plain one that `step` writes out."""
    config = model.config
    plain = config.norm == "rmsnorm" and config.mlp == "swiglu"
    plain = plain and not config.qk_norm and not config.linear_bias
    on_cpu = model.embedding.weight.device.type == "cpu"
    if not (plain and on_cpu and model.rotary and all(map(_is_plain, model.modules()))):
        return None
    layers = []
    for index, block in enumerate(model.layers):
        assert isinstance(block, Block) and isinstance(block.mlp, SwiGLU)
        attention = block.attention
        layers.append(
            Layer(
                _weight(block.attention_norm),
                attention.qkv.weight.t(),
                attention.qkv.bias,
                attention.out.weight.t(),
                _weight(block.mlp_norm),
                block.mlp.gate_up.weight.t(),
                block.mlp.down.weight.t(),
                cache.room(index),
            )
        )
    norm = model.norm
    assert isinstance(norm, RMSNorm)
    cos, sin = model.rotary.cos, model.rotary.sin
    weight = model.embedding.weight
    return Bound(model, weight, layers, norm.weight, model.head.weight.t(), norm.eps, cos, sin)


def step(bound: Bound, token_id: Tensor, cache: KVCache) -> Tensor:
    """Read one token per sequence, [B, 1]; logits of the next, [B, vocab_size]."""
    config, batch = bound.model.config, token_id.shape[0]
    heads, kv_heads, d_head = config.n_heads, config.n_kv_heads, config.d_head
    turned, groups = heads + kv_heads, (batch, kv_heads, heads // kv_heads, d_head)
    position = cache.begin(token_id)[1]
    cos, sin = bound.cos[position], bound.sin[position]  # [d_head]
    x = F.embedding(token_id[:, 0], bound.embedding)  # [B, d_model]
    for w in bound.layers:
        qkv = torch.mm(_rms_norm(x, w.attention_norm, bound.eps), w.qkv)
        if w.qkv_bias is not None:
            qkv += w.qkv_bias
        qkv = qkv.view(batch, heads + 2 * kv_heads, 1, d_head)
        qk = qkv[:, :turned]
        swapped = qk.roll(d_head // 2, dims=-1)
        qk.mul_(cos).addcmul_(swapped, sin)
        w.keys_values.narrow(2, position, 1).copy_(qkv[:, heads:])
        k, v = w.keys_values.narrow(2, 0, position + 1).chunk(2, dim=1)
        mixed = F.scaled_dot_product_attention(qkv[:, :heads].view(groups), k, v)
        x.addmm_(mixed.reshape(batch, -1), w.out)
        gate, up = torch.mm(_rms_norm(x, w.mlp_norm, bound.eps), w.gate_up).chunk(2, dim=-1)
        x.addmm_(F.silu(gate).mul_(up), w.down)
    cache.advance(1)
    return torch.mm(_rms_norm(x, bound.norm, bound.eps), bound.head)


def _rms_norm(x: Tensor, weight: Tensor, eps: Tensor) -> Tensor:
    """`RMSNorm` for fresh rows: the same sum of squares, the rest in place."""
    length = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32)
    scale = torch.addcmul(eps, length, length, value=1.0 / x.shape[-1]).rsqrt_()  # [B, 1]
    normed = scale.mul(x)
    return normed.mul_(weight) if x.dtype == torch.float32 else normed.to(x.dtype).mul_(weight)


def _weight(norm: nn.Module) -> Tensor:
    assert isinstance(norm, RMSNorm)
    return norm.weight


PLAIN = (
    Transformer, Block, Attention, SwiGLU, RMSNorm, Rotary, nn.Linear, nn.Embedding, nn.ModuleList,
)  # fmt: skip


def _is_plain(module: nn.Module) -> bool:
    """Whether a module is exactly one of ours: a quantized or pruned layer brings its own type."""
    return type(module) in PLAIN
