"""The parts of a Transformer block that look at one token at a time."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lesson_core.schema.config import ModelConfig


class RMSNorm(nn.Module):
    """`x / sqrt(mean(x²) + eps) * weight`, the mean taken in fp32 at least, whatever the precision.

    torch's own `F.rms_norm` is the same in eight operations on a CPU; with one token at a time
    each of them costs more to start than to do, so the sum of squares comes from one kernel.
    """

    eps: Tensor

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.mean = 1.0 / width
        self.weight = nn.Parameter(torch.ones(width))
        self.register_buffer("eps", torch.tensor(eps, device="cpu"), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        wide = torch.float64 if x.dtype == torch.float64 else torch.float32
        length = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=wide)
        scale = torch.addcmul(self.eps, length, length, value=self.mean).rsqrt()  # [.., 1]
        return (x * scale).to(x.dtype) * self.weight


def norm(config: ModelConfig) -> nn.Module:
    """The normalisation of this model family, over d_model."""
    if config.norm == "layernorm":
        return nn.LayerNorm(config.d_model, eps=config.norm_eps)
    return RMSNorm(config.d_model, config.norm_eps)


class Rotation(NamedTuple):
    """How far each position turns its queries and keys: cosines and signed sines, [T, d_head]."""

    cos: Tensor
    sin: Tensor


class Rotary(nn.Module):
    """Rotary positions (RoPE): dimension i and i + d_head/2 form a pair that turns with position.

    The angles are computed once for all positions. The sines of the first half carry the minus
    of the rotation, so a turn is two multiplications and one swap of halves.
    Source: Su et al. 2021, arXiv:2104.09864, in the layout of Llama on the Hub.
    """

    cos: Tensor
    sin: Tensor

    def __init__(self, d_head: int, max_len: int, theta: float) -> None:
        super().__init__()
        pairs = torch.arange(0, d_head, 2, device="cpu", dtype=torch.float32)
        frequency = 1.0 / theta ** (pairs / d_head)  # [d_head/2]
        positions = torch.arange(max_len, device="cpu", dtype=torch.float32)
        angle = torch.outer(positions, frequency)  # [max_len, d_head/2]
        cos, sin = angle.cos(), angle.sin()
        self.register_buffer("cos", torch.cat([cos, cos], dim=-1), persistent=False)
        self.register_buffer("sin", torch.cat([-sin, sin], dim=-1), persistent=False)

    def forward(self, position: int, tokens: int) -> Rotation:
        end = position + tokens
        return Rotation(self.cos[position:end], self.sin[position:end])


def rotate(x: Tensor, rotation: Rotation) -> Tensor:
    """Turn each head of `x` [.., T, d_head] to its position."""
    swapped = x.roll(x.shape[-1] // 2, dims=-1)
    return torch.addcmul(x * rotation.cos, swapped, rotation.sin)


class SwiGLU(nn.Module):
    """`down(silu(gate(x)) * up(x))`; gate and up are one matrix, so `x` is read once."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.gate_up = nn.Linear(config.d_model, 2 * config.d_ff, bias=False)
        self.down = nn.Linear(config.d_ff, config.d_model, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gate, up = self.gate_up(x).chunk(2, dim=-1)  # each [B, T, d_ff]
        hidden: Tensor = self.down(F.silu(gate) * up)
        return hidden


class GeluMLP(nn.Module):
    """`down(gelu(up(x)))` with the tanh form of GELU (GPT-2's "gelu_new")."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.up = nn.Linear(config.d_model, config.d_ff, bias=config.linear_bias)
        self.down = nn.Linear(config.d_ff, config.d_model, bias=config.linear_bias)

    def forward(self, x: Tensor) -> Tensor:
        hidden: Tensor = self.down(F.gelu(self.up(x), approximate="tanh"))
        return hidden


def mlp(config: ModelConfig) -> nn.Module:
    """The feed-forward part of this model family."""
    return SwiGLU(config) if config.mlp == "swiglu" else GeluMLP(config)
