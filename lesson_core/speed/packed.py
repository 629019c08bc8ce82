"""Linear layers whose weights stay packed while they are multiplied, on a CPU.

Activations are bf16. With few rows the matrix is what has to be moved, so a kernel reads the
packed codes; with many rows, as in prefill, arithmetic is what takes time, so the codes are read
back once and a plain product follows. `plain` next door is the slow twin of all three.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, library, nn

from lesson_core.speed.quantize import GROUP, quantize_int4, quantize_int8

FEW_ROWS = 4
"""Up to here a packed kernel beats reading the matrix back (measured; rows of `x`)."""


class PackedLinear(nn.Module):
    """A linear layer that holds codes instead of weights."""

    bias: Tensor | None

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.in_features, self.out_features = linear.in_features, linear.out_features
        bias = None if linear.bias is None else linear.bias.detach().bfloat16()
        self.register_buffer("bias", bias)

    @classmethod
    def runs_here(cls) -> bool:
        """Whether this build of torch and this CPU have the kernel: tried on a small matrix."""
        try:
            cls(nn.Linear(2 * GROUP, 2 * GROUP, bias=False))(torch.zeros(1, 2 * GROUP).bfloat16())
        except (AttributeError, RuntimeError):
            return False
        return True

    @property
    def nbytes(self) -> int:
        """Bytes of everything this layer keeps."""
        return sum(kept.nbytes for kept in self.buffers())

    def forward(self, x: Tensor) -> Tensor:
        """`x` [.., in] times the matrix: [.., out]."""
        result = self.multiply(x.reshape(-1, self.in_features))
        if self.bias is not None:
            result = result + self.bias
        return result.view(*x.shape[:-1], self.out_features)

    def multiply(self, x: Tensor) -> Tensor:
        """[T, in] to [T, out], without the bias."""
        if x.shape[0] <= FEW_ROWS:
            return self.packed_product(x)
        return F.linear(x, self.read_back())

    def packed_product(self, x: Tensor) -> Tensor:
        """`x` times the codes as they lie."""
        raise NotImplementedError

    def read_back(self) -> Tensor:
        """The matrix that the codes stand for, bf16 [out, in]."""
        raise NotImplementedError


class Int8Linear(PackedLinear):
    """Eight bits per weight and a scale per output channel (W8A16)."""

    codes: Tensor  # int8 [out, in]
    scales: Tensor  # bf16 [out]

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__(linear)
        codes, scales = quantize_int8(linear.weight)
        self.register_buffer("codes", codes)
        self.register_buffer("scales", scales.bfloat16())

    def packed_product(self, x: Tensor) -> Tensor:
        product: Tensor = torch.ops.aten._weight_int8pack_mm(x, self.codes, self.scales)
        return product

    def read_back(self) -> Tensor:
        return self.codes.bfloat16().mul_(self.scales[:, None])


class Int4Linear(PackedLinear):
    """Four bits per weight, a scale and a zero per group of 32 (W4A16).

    The codes are kept twice: two to a byte, from which they are read back, and in the order of
    torch's kernel, which differs between CPUs.
    """

    nibbles: Tensor  # uint8 [out, in / 2]
    tiles: Tensor  # uint8, as the kernel wants it
    scales_and_zeros: Tensor  # bf16 [in / 32, out, 2]

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__(linear)
        codes, scales, zeros = quantize_int4(linear.weight)
        grid = torch.stack([scales.t(), zeros.t()], dim=-1).contiguous()
        self.register_buffer("nibbles", two_to_a_byte(codes))
        self.register_buffer("tiles", _tiles(codes))
        self.register_buffer("scales_and_zeros", grid)

    def packed_product(self, x: Tensor) -> Tensor:
        product: Tensor = torch.ops.aten._weight_int4pack_mm_for_cpu(
            x, self.tiles, GROUP, self.scales_and_zeros
        )
        return product

    def read_back(self) -> Tensor:
        halves = self.nibbles.view(self.out_features, -1, GROUP // 2)
        codes = torch.cat([halves & 15, halves >> 4], dim=2)  # [out, in / 32, 32]
        scales, zeros = self.scales_and_zeros.permute(2, 1, 0)[..., None]  # each [out, in / 32, 1]
        return codes.bfloat16().sub_(8).mul_(scales).add_(zeros).flatten(1)


class Int8DynamicLinear(PackedLinear):
    """Weights and activations in eight bits (W8A8): each token is rounded with its own scale.

    The product of two int8 matrices is exact in int32, and CPUs have units for it; what is lost,
    is lost in rounding the activations.
    """

    codes: Tensor  # int8 [out, in], for a kernel that reads rows
    scales: Tensor  # fp32 [out]

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__(linear)
        codes, scales = quantize_int8(linear.weight)
        self.register_buffer("codes", codes)
        self.register_buffer("scales", scales)
        self.register_buffer("zeros", torch.zeros(self.out_features, dtype=torch.int64))
        self.register_buffer("blocks", torch.ops.onednn.qlinear_prepack(codes, None))

    def multiply(self, x: Tensor) -> Tensor:
        codes, token_scales = quantize_tokens(x)
        product: Tensor = torch.ops.lab.int8_product(codes, self.blocks, self.scales, self.zeros)
        return (product * token_scales).to(x.dtype)


# torch.compile cannot look into this product, so it learns its shape only.
PRODUCT = "lab::int8_product"
library.define(PRODUCT, "(Tensor codes, Tensor blocks, Tensor scales, Tensor zeros) -> Tensor")


def int8_product(codes: Tensor, blocks: Tensor, scales: Tensor, zeros: Tensor) -> Tensor:
    """oneDNN's product of int8 rows [T, in] and prepacked int8 weights: fp32 [T, out]."""
    product: Tensor = torch.ops.onednn.qlinear_pointwise(
        codes, 1.0, 0, blocks, scales, zeros, None, 1.0, 0, torch.float32, "none", [], ""
    )
    return product


def _shape_of_product(codes: Tensor, blocks: Tensor, scales: Tensor, zeros: Tensor) -> Tensor:
    return codes.new_empty(codes.shape[0], scales.shape[0], dtype=torch.float32)


library.impl(PRODUCT, "default", int8_product)
library.register_fake(PRODUCT, _shape_of_product)


def quantize_tokens(x: Tensor) -> tuple[Tensor, Tensor]:
    """Round each row of `x` [T, in] by its own largest magnitude: int8 codes, scales [T, 1]."""
    codes, scales = quantize_int8(x)
    return codes, scales[:, None]


def two_to_a_byte(codes: Tensor) -> Tensor:
    """Codes [out, in] below 16 to bytes [out, in / 2]: in each group the first half lies low."""
    low, high = codes.view(codes.shape[0], -1, 2, GROUP // 2).unbind(2)
    return (low | (high << 4)).flatten(1)


def _tiles(codes: Tensor) -> Tensor:
    tiles: Tensor = torch.ops.aten._convert_weight_to_int4pack_for_cpu(codes.int(), 1)
    return tiles
