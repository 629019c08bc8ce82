"""Does 80 % sure mean right in 80 of 100 cases?

ECE = Σ_b n_b/n · |accuracy of b − mean confidence of b|, over bins b of equal width. A model can
be accurate and badly calibrated: the two have nothing to do with each other.
Source: Guo et al. 2017, arXiv:1706.04599.
"""

from collections.abc import Sequence
from typing import NamedTuple

BINS = 15


class Bin(NamedTuple):
    """The answers with confidence in (low, high]: how many, how sure on average, how many right."""

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


def reliability(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> list[Bin]:
    """The bins that hold an answer. Confidences are shares, 0 to 1."""
    if len(confidences) != len(right):
        raise ValueError("one confidence per answer")
    members: list[list[int]] = [[] for _ in range(bins)]
    for i, confidence in enumerate(confidences):
        members[min(bins - 1, max(0, -int(-confidence * bins // 1) - 1))].append(i)
    return [
        Bin(
            number / bins,
            (number + 1) / bins,
            len(some),
            sum(confidences[i] for i in some) / len(some),
            sum(right[i] for i in some) / len(some),
        )
        for number, some in enumerate(members)
        if some
    ]


def expected_error(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> float:
    """The ECE, 0 (as sure as right) to 1; 0 where there is no answer."""
    found = reliability(confidences, right, bins)
    n = len(confidences)
    return sum(one.n / n * abs(one.accuracy - one.confidence) for one in found)
