"""Keys of the evaluation cards against arithmetic on the numbers that the learner sees."""

import math

import pytest

from lesson_core.learn.figures.evaluate import evaluate as figures
from lesson_core.learn.questions import evaluate
from lesson_core.schema.question import Posed


def seen(posed: Posed, name: str) -> float:
    return float(str(posed.values[name]))


@pytest.mark.parametrize("seed", range(20))
def test_every_token_counts_alike(seed: int) -> None:
    card = evaluate.mean(seed)
    total = sum(seen(card, f"tokens_{x}") * seen(card, f"loss_{x}") for x in "ab")
    tokens = sum(seen(card, f"tokens_{x}") for x in "ab")
    assert tokens == seen(card, "tokens")
    assert card.answer == pytest.approx(math.exp(total / tokens))
    assert card.answer < seen(card, "wrong")  # the short batch is the hard one


@pytest.mark.parametrize("seed", range(20))
def test_bits_per_byte(seed: int) -> None:
    card = evaluate.per_byte(seed)
    wanted = seen(card, "tokens") * seen(card, "loss") / math.log(2) / seen(card, "size")
    assert card.answer == pytest.approx(wanted)
    assert seen(card, "bits") / seen(card, "size") == pytest.approx(wanted, rel=2e-3)


@pytest.mark.parametrize("seed", range(20))
def test_the_share_of_padding(seed: int) -> None:
    card = evaluate.padding(seed)
    rows = [seen(card, x) for x in "abcd"]
    assert card.answer == pytest.approx(100 * (1 - sum(rows) / (4 * max(rows))))
    assert seen(card, "padding") == 4 * max(rows) - sum(rows) > 0


def test_figures_of_the_lesson() -> None:
    found = figures()
    assert (found["e_right"], found["e_wrong"]) == ("8.86", "20.09")
    assert float(found["e_half_s"]) == pytest.approx(2 * float(found["e_plain_s"]), abs=1)
