"""The labelled pairs, and both kinds of mistakes worked out by hand."""

import pytest

from lesson_core.theory import sentence_pairs
from lesson_core.theory.sentence_pairs import Pair, pairs


def pair(same: bool, kind: str = "wording") -> Pair:
    return Pair(first="a", second="b", same=same, kind=kind)


LABELS = [pair(True), pair(True), pair(False, "number"), pair(False, "number"),
          pair(False, "unit")]  # fmt: skip
ALIKE = [0.95, 0.70, 0.92, 0.50, 0.95]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_there_are_enough_of_both_sorts(lang: str) -> None:
    known = pairs(lang)
    assert len(known) >= 200
    assert min(sum(one.same for one in known), sum(not one.same for one in known)) >= 80
    assert len({(one.first, one.second) for one in known}) == len(known)
    assert all(one.first.strip() != one.second.strip() for one in known)


def test_both_languages_have_the_same_sorts() -> None:
    english, chinese = ({(one.same, one.kind) for one in pairs(lang)} for lang in ("en", "zh"))
    assert english == chinese


@pytest.mark.parametrize(
    ("threshold", "wrong", "missed"),
    [(0.0, 1, 0), (0.6, 2 / 3, 0), (0.92, 2 / 3, 1 / 2), (0.95, 1 / 3, 1 / 2), (0.99, 0, 1)],
)
def test_mistakes_by_hand(threshold: float, wrong: float, missed: float) -> None:
    found = sentence_pairs.errors(ALIKE, LABELS, threshold)
    assert (found.wrong, found.missed) == pytest.approx((wrong, missed))


def test_by_kind_the_worst_first() -> None:
    found = sentence_pairs.by_kind(ALIKE, LABELS, 0.9)
    assert list(found.items()) == [("unit", (1, 1)), ("number", (1, 2))]


def test_separation_by_hand() -> None:
    # 0.95 beats 0.92 and 0.50 and ties with 0.95; 0.70 beats 0.50.
    assert sentence_pairs.separation(ALIKE, LABELS) == pytest.approx((2.5 + 1) / 6)
    assert sentence_pairs.separation([1, 1, 0, 0, 0], LABELS) == 1
    assert sentence_pairs.separation([0, 0, 1, 1, 1], LABELS) == 0
    assert sentence_pairs.separation([1, 1, 1, 1, 1], LABELS) == 0.5
