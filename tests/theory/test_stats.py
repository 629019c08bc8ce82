"""Statistics by hand, and the refusals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesson_core.errors import LabError
from lesson_core.theory import stats

SAMPLES = st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=30)


def test_median_of_odd_and_even_counts() -> None:
    assert stats.median([3, 1, 2]) == 2
    assert stats.median([4, 1, 2, 3]) == 2.5


def test_one_interrupted_run_does_not_move_the_median() -> None:
    assert stats.median([1.0, 1.1, 0.9, 1.0, 60.0]) == 1.0


def test_iqr_by_hand() -> None:
    assert stats.iqr([1, 2, 3, 4, 5]) == 2
    assert stats.iqr([7.0]) == 0


def test_quantiles_are_those_of_numpy() -> None:
    import numpy as np

    samples = [0.3, 9.0, 4.5, 2.2, 7.7, 1.1]
    for q in (0.0, 0.1, 0.25, 0.5, 0.9, 1.0):
        assert stats.quantile(samples, q) == pytest.approx(float(np.quantile(samples, q)))


@pytest.mark.parametrize(("tail", "need"), [(stats.p95, 40), (stats.p99, 500)])
def test_a_tail_needs_enough_samples(tail, need: int) -> None:
    with pytest.raises(LabError) as caught:
        tail([1.0] * (need - 1))
    assert caught.value.code == "too_few_samples"
    assert caught.value.values["need"] == need
    assert tail([1.0] * need) == 1.0


def test_p95_by_hand() -> None:
    assert stats.p95(list(range(101))) == 95


def test_no_samples_no_number() -> None:
    for of in (stats.median, stats.iqr, stats.bootstrap_interval):
        with pytest.raises(LabError):
            of([])


@given(SAMPLES)
def test_median_and_quartiles_lie_inside_the_samples(samples: list[float]) -> None:
    assert min(samples) <= stats.median(samples) <= max(samples)
    assert 0 <= stats.iqr(samples) <= max(samples) - min(samples)


@given(SAMPLES)
def test_the_interval_is_ordered_inside_and_repeatable(samples: list[float]) -> None:
    low, high = stats.bootstrap_interval(samples, seed=3, rounds=50)
    assert min(samples) <= low <= high <= max(samples)
    assert (low, high) == stats.bootstrap_interval(samples, seed=3, rounds=50)


def test_equal_samples_leave_no_doubt() -> None:
    assert stats.bootstrap_interval([2.0] * 5) == (2.0, 2.0)


def test_more_samples_narrow_the_interval() -> None:
    few, many = ([math.sin(i) for i in range(n)] for n in (8, 400))
    widths = [high - low for low, high in map(stats.bootstrap_interval, (few, many))]
    assert widths[1] < widths[0]


def test_covers_includes_its_ends() -> None:
    assert stats.covers((1.0, 2.0), 1.0)
    assert not stats.covers((1.0, 2.0), 2.1)


def test_a_ratio_holds_the_truth_as_often_as_it_says() -> None:
    """Sums over the same documents; long ones count more in both."""
    draws = np.random.default_rng(3)
    inside = 0
    for _ in range(400):
        bottom = draws.gamma(2.0, 50.0, 200)
        top = 0.9 * bottom + draws.normal(0, 3, 200)
        low, high = stats.ratio_interval(top.tolist(), bottom.tolist())
        inside += low <= 0.9 <= high
    assert 0.92 < inside / 400 < 0.98
