"""Pairs of sentences that want the same answer, or look as if they did: labels and error rates.

Written for this lesson. `kind` says how two sentences that want the same answer differ (wording,
short, order, spoken, synonym), or what makes a near miss (number, negation, entity, direction,
unit, time, action, scope).
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parents[2] / "assets" / "tables" / "semantic_pairs.csv"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two sentences; `same`: one answer does for both."""

    first: str
    second: str
    same: bool
    kind: str


@cache
def pairs(lang: str) -> tuple[Pair, ...]:
    """The labelled pairs of one language."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Pair(first=row["first"], second=row["second"], same=row["same"] == "yes",
                 kind=row["kind"])
            for row in csv.DictReader(file)
            if row["lang"] == lang
        )  # fmt: skip


@dataclass(frozen=True)
class Errors:
    """At one threshold: near misses that would be answered, true matches that would be missed."""

    wrong: float
    missed: float


def errors(similarities: Sequence[float], labels: Sequence[Pair], threshold: float) -> Errors:
    """Shares of the near misses and of the true matches; a hit is a similarity ≥ threshold."""
    near = [s for s, pair in zip(similarities, labels, strict=True) if not pair.same]
    true = [s for s, pair in zip(similarities, labels, strict=True) if pair.same]
    return Errors(
        wrong=sum(s >= threshold for s in near) / len(near),
        missed=sum(s < threshold for s in true) / len(true),
    )


def separation(similarities: Sequence[float], labels: Sequence[Pair]) -> float:
    """How often a true match is more alike than a near miss, over all such couples; ties half.

    1: some threshold makes no mistake. ½: a coin would do as well. Below ½: worse than a coin.
    """
    near = [s for s, pair in zip(similarities, labels, strict=True) if not pair.same]
    true = [s for s, pair in zip(similarities, labels, strict=True) if pair.same]
    won = sum((t > n) + 0.5 * (t == n) for t in true for n in near)
    return won / (len(true) * len(near))


def by_kind(
    similarities: Sequence[float], labels: Sequence[Pair], threshold: float
) -> dict[str, tuple[int, int]]:
    """Per kind of near miss: how many would be answered, out of how many; the worst first."""
    counts: dict[str, tuple[int, int]] = {}
    for similarity, pair in zip(similarities, labels, strict=True):
        if not pair.same:
            passed, total = counts.get(pair.kind, (0, 0))
            counts[pair.kind] = (passed + (similarity >= threshold), total + 1)
    return dict(sorted(counts.items(), key=lambda item: -item[1][0] / item[1][1]))
