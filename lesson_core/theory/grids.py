"""Quantization by hand: a row of weights in groups, each rounded to a grid of its own.

The grid of a group has 2^bits levels, evenly spaced from its smallest value (code 0) to its
largest: value ≈ code · scale + zero. One outlier stretches the grid of its whole group, and all
the other values of that group get fewer levels.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lesson_core.schema.checks import check_range

Array = np.ndarray[Any, np.dtype[np.float32]]
SCALE_BITS = 16  # of a scale, and as many of a zero


@dataclass(frozen=True)
class Grid:
    """Rows [rows, columns] in groups along the columns; one scale and zero per row and group."""

    codes: Array  # [rows, groups, group]
    scales: Array  # [rows, groups, 1]
    zeros: Array  # [rows, groups, 1]

    def read_back(self) -> Array:
        """The values that the codes stand for: [rows, columns]."""
        values = self.codes * self.scales + self.zeros
        return values.reshape(len(values), -1)


def quantize(weights: Array, bits: int, group: int) -> Grid:
    """Round `weights` [rows, columns]; `group` divides the columns. A constant group is exact."""
    check_range("bits", bits, 1, 16)
    if group < 1 or weights.shape[1] % group:
        raise ValueError(f"{weights.shape[1]} columns do not divide into groups of {group}")
    groups = weights.reshape(weights.shape[0], -1, group)
    low, high = groups.min(axis=2, keepdims=True), groups.max(axis=2, keepdims=True)
    scales = (high - low) / (2**bits - 1)
    steps = np.where(scales > 0, scales, 1)
    return Grid(np.rint((groups - low) / steps), scales, low)


def error(weights: Array, bits: int, group: int) -> float:
    """√(Σ error² / Σ weight²) after rounding: 0 is exact, 0.1 is a tenth of the weights' size."""
    difference = quantize(weights, bits, group).read_back() - weights
    return float(np.sqrt(np.square(difference).sum() / max(np.square(weights).sum(), 1e-30)))


def with_outlier(weights: Array, row: int, column: int, times: float) -> Array:
    """A copy in which one weight is `times` the root mean square of all; 0 leaves it as it is."""
    copy = weights.copy()
    if times:
        copy[row, column] = times * float(np.sqrt(np.square(weights).mean()))
    return copy


def bits_per_weight(bits: int, group: int) -> float:
    """The codes, and the group's share of a scale and a zero in 16 bits each."""
    return bits + 2 * SCALE_BITS / group


def group_sizes(columns: int) -> list[int]:
    """Powers of two from 8 that divide a row, and the whole row."""
    sizes = [2**power for power in range(3, 16) if columns % 2**power == 0 and 2**power < columns]
    return [*sizes, columns]
