"""A share of n trials: how sure one may be, and how much of it chance alone would give."""

import math
from collections.abc import Sequence

Interval = tuple[float, float]
Z = 1.959964  # 95 % of a normal law lie within this many standard deviations


def interval(right: int, n: int) -> Interval:
    """Where the true share may lie, 95 %: Wilson's score interval, sound for small n too.

    Source: Wilson 1927; Brown, Cai & DasGupta 2001.
    """
    share = right / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    low, high = middle - half, middle + half
    return (low if right else 0.0), (high if right < n else 1.0)  # exact where rounding is not


def paired(gained: int, lost: int, n: int) -> Interval:
    """By how much one share of n trials is above another of the same n, 95 %.

    Only the trials that came out differently tell: (gained − lost)/n, its variance
    (gained + lost − (gained − lost)²/n)/n². Source: Agresti, Categorical Data Analysis, 10.1.
    """
    difference = (gained - lost) / n
    half = Z * math.sqrt(gained + lost - (gained - lost) ** 2 / n) / n
    return difference - half, difference + half


def above_chance(accuracy: float, classes: int) -> float:
    """0 for guessing among equally frequent classes, 1 for perfect: (a − 1/C) / (1 − 1/C)."""
    chance = 1 / classes
    return (accuracy - chance) / (1 - chance)


def confusion(said: Sequence[int], truth: Sequence[int], classes: int) -> list[list[int]]:
    """How often class `row` was called `column`: [C][C]."""
    table = [[0] * classes for _ in range(classes)]
    for column, row in zip(said, truth, strict=True):
        table[row][column] += 1
    return table
