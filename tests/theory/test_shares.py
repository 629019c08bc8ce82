"""Shares that belong together: only what came out differently tells."""

import math

import pytest

from lesson_core.theory import shares


def test_the_paired_difference_is_that_of_the_differences_themselves() -> None:
    gained, lost, n = 30, 12, 200
    each = [1] * gained + [-1] * lost + [0] * (n - gained - lost)
    mean = sum(each) / n
    error = math.sqrt(sum((one - mean) ** 2 for one in each) / n / n)
    low, high = shares.paired(gained, lost, n)
    assert (low + high) / 2 == pytest.approx(mean)
    assert (high - low) / 2 == pytest.approx(shares.Z * error)


def test_nothing_changed_is_no_difference() -> None:
    assert shares.paired(0, 0, 50) == (0.0, 0.0)
