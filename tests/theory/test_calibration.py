"""The expected calibration error against sums by hand."""

import random

import pytest

from lesson_core.theory.calibration import expected_error, reliability


def test_one_bin_by_hand() -> None:
    assert expected_error([0.8] * 10, [True] * 8 + [False] * 2) == pytest.approx(0)
    assert expected_error([0.8] * 10, [True] * 3 + [False] * 7) == pytest.approx(0.5)


def test_bins_are_weighed_by_their_answers() -> None:
    confidences = [0.95, 0.95, 0.95, 0.25]
    found = expected_error(confidences, [True, True, False, True], bins=10)
    assert found == pytest.approx(3 / 4 * (0.95 - 2 / 3) + 1 / 4 * 0.75)


def test_a_bin_holds_its_upper_end() -> None:
    found = reliability([0.1, 0.2, 0.20001, 1.0, 0.0], [True] * 5, 10)
    assert [(one.low, one.n) for one in found] == [(0.0, 2), (0.1, 1), (0.2, 1), (0.9, 1)]


def test_who_is_right_as_often_as_promised_is_calibrated() -> None:
    draw = random.Random(0)
    sure = [draw.uniform(0.3, 1) for _ in range(20_000)]
    right = [draw.random() < one for one in sure]
    assert expected_error(sure, right) < 0.02
    assert expected_error([one**3 for one in sure], right) > 0.1


def test_nothing_asked_is_no_error() -> None:
    assert expected_error([], []) == 0


def test_lists_must_match() -> None:
    with pytest.raises(ValueError, match="one confidence"):
        reliability([0.5], [])
