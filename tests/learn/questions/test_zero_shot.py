"""Keys of the zero-shot cards against arithmetic on the numbers that the learner sees."""

import math

import pytest

from lesson_core.learn.questions import zero_shot
from lesson_core.schema.question import Posed


def seen(posed: Posed, name: str) -> float:
    return float(str(posed.values[name]))


@pytest.mark.parametrize("seed", range(20))
def test_above_chance(seed: int) -> None:
    card = zero_shot.chance(seed)
    guessing = 100 / seen(card, "classes")
    wanted = (seen(card, "accuracy") - guessing) / (100 - guessing)
    assert card.answer == pytest.approx(100 * wanted)
    assert 0 < card.answer < seen(card, "accuracy")


@pytest.mark.parametrize("seed", range(20))
def test_the_share_of_a_class(seed: int) -> None:
    card = zero_shot.share(seed)
    weights = [math.exp(seen(card, name) / seen(card, "temperature")) for name in "abc"]
    assert card.answer == pytest.approx(100 * weights[0] / sum(weights))
    assert 100 / seen(card, "sum") == pytest.approx(card.answer, rel=1e-3)  # as the solution says


@pytest.mark.parametrize("seed", range(20))
def test_the_longer_label_leads_per_token_only(seed: int) -> None:
    card = zero_shot.length(seed)
    tokens = [seen(card, name) for name in "abc"]
    assert sum(tokens) == pytest.approx(seen(card, "total"))
    assert card.answer == pytest.approx(seen(card, "short") - sum(tokens) / 3, abs=1e-9)
    assert card.answer > 0


@pytest.mark.parametrize("seed", range(20))
def test_the_rarer_word_wins_without_the_prior(seed: int) -> None:
    card = zero_shot.prior(seed)
    gains = {x: seen(card, f"alone_{x}") - seen(card, f"told_{x}") for x in "ab"}
    assert card.answer == pytest.approx(gains["a"] - gains["b"])
    assert card.answer > 0
    assert seen(card, "told_b") < seen(card, "told_a")  # B is the likelier word
