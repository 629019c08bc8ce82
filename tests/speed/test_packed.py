"""Every packed product equals the product with the matrix that its codes stand for."""

import pytest
import torch
from torch import nn

from lesson_core.speed.packed import (
    Int4Linear,
    Int8DynamicLinear,
    Int8Linear,
    PackedLinear,
    quantize_tokens,
)  # fmt: skip
from lesson_core.speed.quantize import quantize_int4, quantize_int8


def _linear(bias: bool = False) -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(128, 96, bias=bias).requires_grad_(False)


@pytest.mark.parametrize("rows", [1, 3, 40])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("kind", [Int8Linear, Int4Linear, Int8DynamicLinear])
def test_packed_equals_plain(kind: type[PackedLinear], rows: int, bias: bool) -> None:
    linear = _linear(bias)
    quantize = quantize_int4 if kind is Int4Linear else quantize_int8
    x = torch.randn(rows, 128).bfloat16()
    seen = x.float()
    if kind is Int8DynamicLinear:
        codes, scales = quantize_tokens(x)
        seen = codes.float() * scales
    expected = nn.functional.linear(seen, quantize(linear.weight).dequantize(), linear.bias)
    torch.testing.assert_close(kind(linear)(x).float(), expected, rtol=0.02, atol=0.02)


@pytest.mark.parametrize("kind", [Int8Linear, Int4Linear])
def test_codes_read_back_are_the_rounded_matrix(kind: type[PackedLinear]) -> None:
    linear = _linear()
    quantize = quantize_int4 if kind is Int4Linear else quantize_int8
    expected = quantize(linear.weight).dequantize()
    torch.testing.assert_close(kind(linear).read_back().float(), expected, rtol=0.02, atol=0.002)


def test_rounding_is_to_the_nearest_level() -> None:
    weight = torch.randn(16, 64)
    int8, int4 = quantize_int8(weight), quantize_int4(weight)
    half = int8.scales[:, None] / 2
    assert bool(((int8.dequantize() - weight).abs() <= half * 1.02).all())
    steps = int4.scales.float().repeat_interleave(32, dim=1)
    assert bool(((int4.dequantize() - weight).abs() <= steps * 0.6).all())
    assert int(int4.codes.max()) == 15 and int(int4.codes.min()) == 0


def test_an_outlier_spoils_its_row_at_eight_bits_and_its_group_at_four() -> None:
    weight = torch.randn(2, 64)
    weight[0, 0] = 1000.0
    wrong = (quantize_int8(weight).dequantize() - weight).abs()
    assert float(wrong[0, 1:].mean()) > 20 * float(wrong[1].mean())
    wrong = (quantize_int4(weight).dequantize() - weight).abs()
    assert float(wrong[0, 1:32].mean()) > 5 * float(wrong[0, 32:].mean())


def test_a_row_of_zeros_stays_zero() -> None:
    weight = torch.zeros(3, 32)
    assert not quantize_int8(weight).dequantize().any()
    assert float(quantize_int4(weight).dequantize().abs().max()) < 1e-6
