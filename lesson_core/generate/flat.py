"""The decode step with its Python taken out: the fast twin of `Transformer` for one new token.

A decode step on a CPU is a walk through all weights, and between two matrices lie a dozen tiny
operations. They compute next to nothing, but each of them, each call of a module and each new
tensor comes back to a cache that the weights have just swept empty. So the step is one flat loop
over tensors looked up beforehand, working in a few buffers that all layers share.

It covers what it was measured on, plain Llama- and Qwen2-like models on a CPU; for everything
else `bind` says None and the model runs as it is. Tests prove both give the same logits.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lesson_core.model.attention import Attention
from lesson_core.model.cache import KVCache
from lesson_core.model.layers import RMSNorm, Rotary, SwiGLU
from lesson_core.model.transformer import Block, Transformer

PLAIN = (
    Transformer, Block, Attention, SwiGLU, RMSNorm, Rotary, nn.Linear, nn.Embedding, nn.ModuleList,
)  # fmt: skip


class Layer(NamedTuple):
    """The tensors of one block, in the order they are read; matrices as [in, out]."""

    attention_norm: Tensor
    qkv: Tensor
    qkv_bias: Tensor | None
    out: Tensor
    mlp_norm: Tensor
    gate_up: Tensor
    down: Tensor


class Buffers:
    """Where the small results of a layer are written, and the parts of them by name."""

    def __init__(self, model: Transformer, batch: int) -> None:
        config, new = model.config, model.embedding.weight.new_empty
        heads, kv_heads, d_head = config.n_heads, config.n_kv_heads, config.d_head
        self.scale = torch.empty(batch, 1)
        self.normed = new(batch, config.d_model)
        self.qkv = new(batch, (heads + 2 * kv_heads) * d_head)
        by_head = self.qkv.view(batch, -1, 1, d_head)
        self.q = by_head[:, :heads].view(batch, kv_heads, heads // kv_heads, d_head)
        self.kv = by_head[:, heads:]  # [B, 2 * n_kv_heads, 1, d_head]
        self.qk = by_head[:, : heads + kv_heads]
        self.halves_swapped = tuple(reversed(self.qk.chunk(2, dim=-1)))
        self.swapped = new(batch, heads + kv_heads, 1, d_head)
        self.gate_up = new(batch, 2 * config.d_ff)
        self.gate, self.up = self.gate_up.chunk(2, dim=-1)
        self.hidden = new(batch, config.d_ff)


@dataclass(frozen=True)
class Bound:
    """A model and a cache, looked up once for a whole answer."""

    embedding: Tensor
    layers: list[Layer]
    norm: Tensor
    head: Tensor
    eps: Tensor
    rotary: Rotary
    buffers: Buffers


def bind(model: Transformer, cache: KVCache) -> Bound | None:
    """Look up the tensors; None if any part is not the plain one that `step` writes out."""
    config, rotary, table = model.config, model.rotary, model.embedding.weight
    covered = not (config.qk_norm or config.linear_bias) and config.mlp == "swiglu"
    covered = covered and table.dtype != torch.float64  # its norms are taken in fp32
    plain = all(type(module) in PLAIN for module in model.modules())  # a quantized layer is not
    if not (covered and plain and rotary and table.device.type == "cpu"):
        return None
    norm = model.norm
    assert isinstance(norm, RMSNorm)
    return Bound(
        embedding=model.embedding.weight,
        layers=[_layer(block) for block in model.layers],
        norm=norm.weight,
        head=model.head.weight.t(),
        eps=norm.eps,
        rotary=rotary,
        buffers=Buffers(model, cache.room.shape[1]),
    )


def step(bound: Bound, token_id: Tensor, cache: KVCache) -> Tensor:
    """Read one token per sequence, [B, 1]; logits of the next, [B, vocab_size]."""
    at, batch = bound.buffers, token_id.shape[0]
    position = cache.begin(token_id)[1]
    cos, sin = bound.rotary(position, 1)  # [1, d_head]
    slots = cache.room.narrow(3, position, 1).unbind()  # per layer [B, 2 * n_kv_heads, 1, d_head]
    keys, values = cache.room.narrow(3, 0, position + 1).chunk(2, dim=2)
    kept = zip(slots, keys.unbind(), values.unbind(), strict=True)
    x = F.embedding(token_id[:, 0], bound.embedding)  # [B, d_model]
    for w, (slot, k, v) in zip(bound.layers, kept, strict=True):
        torch.mm(_rms_norm(x, w.attention_norm, bound), w.qkv, out=at.qkv)
        if w.qkv_bias is not None:
            at.qkv.add_(w.qkv_bias)
        torch.cat(at.halves_swapped, dim=-1, out=at.swapped)
        at.qk.mul_(cos).addcmul_(at.swapped, sin)
        slot.copy_(at.kv)
        mixed = F.scaled_dot_product_attention(at.q, k, v)
        x.addmm_(mixed.reshape(batch, -1), w.out)
        torch.mm(_rms_norm(x, w.mlp_norm, bound), w.gate_up, out=at.gate_up)
        torch.mul(F.silu(at.gate, inplace=True), at.up, out=at.hidden)
        x.addmm_(at.hidden, w.down)
    cache.advance(1)
    return torch.mm(_rms_norm(x, bound.norm, bound), bound.head)


def _rms_norm(x: Tensor, weight: Tensor, bound: Bound) -> Tensor:
    """`RMSNorm` into a buffer, which the next call overwrites."""
    scale, normed = bound.buffers.scale, bound.buffers.normed
    torch.linalg.vector_norm(x, 2, -1, True, dtype=torch.float32, out=scale)
    torch.addcmul(bound.eps, scale, scale, value=1.0 / x.shape[-1], out=scale).rsqrt_()
    return torch.mul(x, scale, out=normed).mul_(weight)


def _layer(block: nn.Module) -> Layer:
    assert isinstance(block, Block) and isinstance(block.mlp, SwiGLU)
    assert isinstance(block.attention_norm, RMSNorm) and isinstance(block.mlp_norm, RMSNorm)
    attention = block.attention
    return Layer(
        attention_norm=block.attention_norm.weight,
        qkv=attention.qkv.weight.t(),
        qkv_bias=attention.qkv.bias,
        out=attention.out.weight.t(),
        mlp_norm=block.mlp_norm.weight,
        gate_up=block.mlp.gate_up.weight.t(),
        down=block.mlp.down.weight.t(),
    )
