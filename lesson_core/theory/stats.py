"""What repeated measurements say: centre, spread, and how sure we may be.

A median of few samples deserves an interval; a tail percentile of few samples does not deserve
to be shown at all, so `p95` and `p99` refuse.
"""

import math
from collections.abc import Sequence

import numpy as np

from lesson_core.errors import LabError

Interval = tuple[float, float]
NEEDED = {"p95": 40, "p99": 500}
"""Samples below which a tail percentile is mostly the accident of one or two runs."""


def quantile(samples: Sequence[float], q: float) -> float:
    """The q-quantile (0 ≤ q ≤ 1), straight lines between neighbours (numpy's "linear")."""
    _need(samples, 1, f"q{q}")
    ordered = sorted(samples)
    place = q * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    # Interpolated from the lower neighbour, so equal neighbours give exactly their value.
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def median(samples: Sequence[float]) -> float:
    """The middle value; unlike the mean, one interrupted run does not move it."""
    return quantile(samples, 0.5)


def iqr(samples: Sequence[float]) -> float:
    """The width of the middle half: the third quartile minus the first."""
    return quantile(samples, 0.75) - quantile(samples, 0.25)


def p95(samples: Sequence[float]) -> float:
    """The 95th percentile; raises LabError("too_few_samples") below 40 samples."""
    _need(samples, NEEDED["p95"], "p95")
    return quantile(samples, 0.95)


def p99(samples: Sequence[float]) -> float:
    """The 99th percentile; raises LabError("too_few_samples") below 500 samples."""
    _need(samples, NEEDED["p99"], "p99")
    return quantile(samples, 0.99)


def bootstrap_interval(
    samples: Sequence[float], seed: int = 0, level: float = 0.95, rounds: int = 2_000
) -> Interval:
    """Where the median may lie: medians of `rounds` resamples, the middle `level` of them.

    Percentile bootstrap (Efron 1979). The same seed gives the same interval.
    """
    _need(samples, 1, "interval")
    values = np.asarray(samples, dtype=np.float64)  # [n]
    draws = np.random.default_rng(seed)
    medians = [float(np.median(draws.choice(values, values.size))) for _ in range(rounds)]
    tail = (1 - level) / 2
    return quantile(medians, tail), quantile(medians, 1 - tail)


def ratio_interval(top: Sequence[float], bottom: Sequence[float], z: float = 1.96) -> Interval:
    """Where sum(top) / sum(bottom) may lie, both measured on the same units (documents, texts).

    The ratio estimator's standard error: what is left of each pair after the common ratio.
    """
    _need(top, 2, "interval")
    above, below = np.asarray(top, float), np.asarray(bottom, float)  # [n]
    ratio = float(above.sum() / below.sum())
    rest = above - ratio * below
    error = float(np.sqrt(len(rest) / (len(rest) - 1) * (rest @ rest))) / float(below.sum())
    return ratio - z * error, ratio + z * error


def covers(interval: Interval, value: float) -> bool:
    """Whether `value` cannot be told apart from the measurement: "too noisy to say"."""
    return interval[0] <= value <= interval[1]


def _need(samples: Sequence[float], need: int, name: str) -> None:
    if len(samples) < need:
        raise LabError("too_few_samples", name=name, n=len(samples), need=need)
