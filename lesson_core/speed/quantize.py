"""A weight matrix in fewer bits: rounding to a grid, and reading the grid back.

Pure torch and easy to follow; the packed layers next door hold the same codes in the order that
their kernels like, and tests hold the two equal.
"""

from typing import NamedTuple

import torch
from torch import Tensor

GROUP = 32
"""Weights of a row that share a scale and a zero at four bits."""


class Int8(NamedTuple):
    """`weight ≈ codes * scales`, one scale per output channel: the grid has no zero of its own.

    The scales are fp32 that fit into bf16, rounded before the codes are chosen: a kernel keeps
    them so.
    """

    codes: Tensor  # int8 [out, in], -127 … 127
    scales: Tensor  # fp32 [out]

    def dequantize(self) -> Tensor:
        """The matrix that these codes stand for, fp32 [out, in]."""
        return self.codes.float() * self.scales[:, None]


class Int4(NamedTuple):
    """`weight ≈ (codes - 8) * scales + zeros`, a scale and a zero per group of a row.

    Both are rounded to bf16 before the codes are chosen: a kernel keeps them so.
    """

    codes: Tensor  # uint8 [out, in], 0 … 15
    scales: Tensor  # bf16 [out, in / group]
    zeros: Tensor  # bf16 [out, in / group]

    def dequantize(self) -> Tensor:
        """The matrix that these codes stand for, fp32 [out, in]."""
        groups = self.codes.view(*self.scales.shape, -1).float() - 8
        matrix: Tensor = groups * self.scales[..., None] + self.zeros[..., None]
        return matrix.flatten(1)


def quantize_int8(weight: Tensor) -> Int8:
    """Round each row of `weight` [out, in] to 255 levels; its largest magnitude is a level."""
    weight = weight.float()
    scales = (weight.abs().amax(dim=1).clamp(min=1e-30) / 127).bfloat16().float()
    codes = (weight / scales[:, None]).round().clamp(-127, 127).to(torch.int8)
    return Int8(codes, scales)


def quantize_int4(weight: Tensor, group: int = GROUP) -> Int4:
    """Round each group of `weight` [out, in] to 16 levels between its smallest and largest.

    `group` divides `in`. An outlier stretches the levels of its own group only.
    """
    groups = weight.float().view(weight.shape[0], -1, group)  # [out, in / group, group]
    low, high = groups.amin(dim=2), groups.amax(dim=2)
    scales = ((high - low) / 15).clamp(min=1e-9).bfloat16()
    zeros = (low + 8 * scales.float()).bfloat16()
    levels = (groups - zeros.float()[..., None]) / scales.float()[..., None]
    codes = (levels.round() + 8).clamp(0, 15).to(torch.uint8)
    return Int4(codes.flatten(1), scales, zeros)
