"""Do these counts come from that law? Pearson's χ² test, small enough to read.

Cells that expect fewer than five draws are poured together first: below that, the statistic does
not follow its own law. Source of the rule and the test: Cochran 1952; the tail of the law by
series and continued fraction as in Numerical Recipes, section 6.2.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lesson_core.errors import LabError

EXPECTED = 5.0
"""Draws that a cell must expect."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """χ² over `cells` cells, and how often a true law would give as much or more."""

    statistic: float
    cells: int
    p_value: float
    draws: int


def fit(counts: Sequence[int], law: Sequence[float]) -> Fit:
    """Compare `counts` with the probabilities of `law`, cell by cell.

    Impossible cells (probability 0) may not have been drawn: one that was gives p = 0. Raises
    LabError("too_few_samples") if fewer than two cells expect five draws.
    """
    draws = sum(counts)
    pooled = pour([draws * share for share in law], counts)
    if len(pooled) < 2:
        raise LabError("too_few_samples", name="χ²", n=draws, need=math.ceil(2 * EXPECTED))
    if any(count and not share for count, share in zip(counts, law, strict=True)):
        return Fit(statistic=math.inf, cells=len(pooled), p_value=0.0, draws=draws)
    statistic = sum((seen - expected) ** 2 / expected for expected, seen in pooled)
    p_value = tail(statistic, len(pooled) - 1)
    return Fit(statistic=statistic, cells=len(pooled), p_value=p_value, draws=draws)


def pour(expected: Sequence[float], counts: Sequence[int]) -> list[tuple[float, int]]:
    """(expected, seen) per cell, the likeliest first, each expecting at least five draws.

    What is left over at the end joins the last cell.
    """
    cells: list[tuple[float, int]] = []
    share, seen = 0.0, 0
    for want, count in sorted(zip(expected, counts, strict=True), reverse=True):
        share, seen = share + want, seen + count
        if share >= EXPECTED:
            cells.append((share, seen))
            share, seen = 0.0, 0
    if cells:
        cells[-1] = (cells[-1][0] + share, cells[-1][1] + seen)
    return cells


def tail(statistic: float, freedom: int) -> float:
    """P(χ² ≥ statistic) with `freedom` degrees of freedom: Q(freedom/2, statistic/2)."""
    a, x = freedom / 2, statistic / 2
    if x <= 0:
        return 1.0
    front = math.exp(-x + a * math.log(x) - math.lgamma(a))
    return 1 - front * _series(a, x) if x < a + 1 else front * _fraction(a, x)


def _series(a: float, x: float) -> float:
    """Σ xⁿ / (a (a+1) … (a+n)), until a term no longer counts."""
    term = total = 1 / a
    n = a
    while term > total * 1e-15:
        n += 1
        term *= x / n
        total += term
    return total


def _fraction(a: float, x: float) -> float:
    """The continued fraction of Γ(a, x) / (e⁻ˣ xᵃ), by Lentz's method."""
    tiny = 1e-300
    b = x + 1 - a
    c, d = 1 / tiny, 1 / b
    value = d
    for i in range(1, 10_000):
        an = -i * (i - a)
        b += 2
        d = an * d + b
        d = 1 / (d if abs(d) > tiny else tiny)
        c = b + an / c
        c = c if abs(c) > tiny else tiny
        value *= d * c
        if abs(d * c - 1) < 1e-14:
            break
    return value
