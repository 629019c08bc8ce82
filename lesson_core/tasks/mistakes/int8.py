"""Weights as int8 codes with a scale per row: right, and with six mistakes.

Each function maps weights [rows, columns] to codes of the same shape; the scale is what a code of
1 stands for.
"""

import torch
from torch import Tensor

from lesson_core.schema.spot import Table

ROWS, COLUMNS = 4, 4
VALUES: dict[str, float] = {}


def right(weights: Tensor) -> Tensor:
    """Each row's largest weight becomes ±127, the others the nearest code."""
    scale = weights.abs().amax(dim=1, keepdim=True) / 127
    return (weights / scale).round().to(torch.int8)


def one_scale(weights: Tensor) -> Tensor:
    """Known-wrong."""
    scale = weights.abs().max() / 127
    return (weights / scale).round().to(torch.int8)


def by_column(weights: Tensor) -> Tensor:
    """Known-wrong."""
    scale = weights.abs().amax(dim=0, keepdim=True) / 127
    return (weights / scale).round().to(torch.int8)


def cut_off(weights: Tensor) -> Tensor:
    """Known-wrong."""
    scale = weights.abs().amax(dim=1, keepdim=True) / 127
    return (weights / scale).to(torch.int8)


def largest_with_sign(weights: Tensor) -> Tensor:
    """Known-wrong."""
    scale = weights.amax(dim=1, keepdim=True) / 127
    return (weights / scale).round().clamp(-128, 127).to(torch.int8)


def all_255_codes(weights: Tensor) -> Tensor:
    """Known-wrong."""
    scale = weights.abs().amax(dim=1, keepdim=True) / 255
    return (weights / scale).round().to(torch.int16).to(torch.int8)


def four_bits(weights: Tensor) -> Tensor:
    """Known-wrong."""
    scale = weights.abs().amax(dim=1, keepdim=True) / 7
    return (weights / scale).round().to(torch.int8)


WRONG = (one_scale, by_column, cut_off, largest_with_sign, all_255_codes, four_bits)


def table(function: object, seed: int) -> Table:
    """Per row the weights, and under them their codes."""
    assert callable(function)
    torch.manual_seed(seed)
    loudness = torch.tensor([[1.0], [0.4], [0.2], [2.0]])
    weights = (loudness * torch.randn(ROWS, COLUMNS)).round(decimals=2)
    codes = function(weights)
    rows: list[tuple[str, ...]] = []
    for number, (real, whole) in enumerate(zip(weights.tolist(), codes.tolist(), strict=True), 1):
        rows.append((f"w{number}", *(f"{value:.2f}" for value in real)))
        rows.append(("int8", *(str(code) for code in whole)))
    return Table(columns=("row", *(str(n) for n in range(1, COLUMNS + 1))), rows=tuple(rows))
