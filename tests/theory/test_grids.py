"""Rounding by hand: the two ends are exact, half a step is the most, an outlier costs its group."""

import itertools

import numpy as np
import pytest

from lesson_core.errors import LabError
from lesson_core.theory import grids

WEIGHTS = np.random.default_rng(3).normal(size=(4, 128)).astype(np.float32)


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
@pytest.mark.parametrize("group", [8, 32, 128])
def test_no_value_is_off_by_more_than_half_a_step(bits: int, group: int) -> None:
    grid = grids.quantize(WEIGHTS, bits, group)
    assert grid.codes.min() == 0
    assert grid.codes.max() == 2**bits - 1
    off = np.abs(grid.read_back() - WEIGHTS).reshape(4, -1, group)
    assert (off <= grid.scales * 0.5001).all()


def test_the_ends_of_a_group_are_exact() -> None:
    grid = grids.quantize(np.array([[-3.0, 0.1, 1.0, 12.0]], np.float32), 4, 4)
    assert grid.codes[0, 0].tolist() == [0, 3, 4, 15]
    assert grid.scales[0, 0, 0] == 1
    assert grid.read_back()[0].tolist() == [-3, 0, 1, 12]


def test_a_constant_group_is_exact() -> None:
    assert grids.error(np.full((2, 8), 0.25, np.float32), 4, 8) == 0


def test_weights_on_the_grid_come_back_unchanged() -> None:
    """Why weights that were 4-bit once show nothing about 4 bits."""
    once = grids.quantize(WEIGHTS, 4, 32).read_back()
    assert grids.error(once, 4, 32) < 1e-6
    assert grids.error(WEIGHTS, 4, 32) > 0.03


def test_one_bit_more_halves_the_error() -> None:
    errors = [grids.error(WEIGHTS, bits, 32) for bits in (4, 5, 6, 7, 8)]
    for coarse, fine in itertools.pairwise(errors):
        assert coarse / fine == pytest.approx(2, rel=0.15)


def test_smaller_groups_lose_less_and_cost_more() -> None:
    sizes = grids.group_sizes(128)
    assert sizes == [8, 16, 32, 64, 128]
    errors = [grids.error(WEIGHTS, 4, size) for size in sizes]
    assert errors == sorted(errors)
    assert grids.bits_per_weight(4, 32) == 5
    assert grids.bits_per_weight(4, 128) == 4.25


def test_an_outlier_hurts_its_own_group_and_no_other() -> None:
    loud = grids.with_outlier(WEIGHTS, 0, 40, 50)
    before, after = (grids.quantize(w, 4, 32).read_back() - w for w in (WEIGHTS, loud))
    assert np.abs(after[0, 32:64]).max() > 5 * np.abs(before[0, 32:64]).max()
    assert np.array_equal(before[0, :32], after[0, :32])
    assert np.array_equal(before[1:], after[1:])
    assert grids.error(loud[:1], 4, 128) > 2 * grids.error(loud[:1], 4, 8)


def test_no_outlier_changes_nothing() -> None:
    assert np.array_equal(grids.with_outlier(WEIGHTS, 1, 2, 0), WEIGHTS)


def test_absurd_requests_are_refused() -> None:
    with pytest.raises(LabError, match="out_of_range"):
        grids.quantize(WEIGHTS, 0, 32)
    with pytest.raises(ValueError, match="groups of 7"):
        grids.quantize(WEIGHTS, 4, 7)
    assert grids.group_sizes(576) == [8, 16, 32, 64, 576]
