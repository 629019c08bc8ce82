"""Keys of the Transformer cards against arithmetic on the numbers that the learner sees."""

import math

import pytest

from lesson_core.learn.figures.transformer import CLASSES, transformer
from lesson_core.learn.questions import transformer as cards
from lesson_core.schema.question import Posed
from lesson_core.tasks.first_transformer import LETTERS


def seen(posed: Posed, name: str) -> float:
    return float(str(posed.values[name]).replace(",", ""))


@pytest.mark.parametrize("seed", range(20))
def test_the_first_loss(seed: int) -> None:
    card = cards.loss(seed)
    assert math.exp(card.answer) == pytest.approx(seen(card, "classes"))
    assert 2 ** card.slips["bits_for_nats"] == pytest.approx(seen(card, "classes"))


@pytest.mark.parametrize("seed", range(20))
def test_loud_scores(seed: int) -> None:
    card = cards.loud(seed)
    wanted = math.log(seen(card, "classes")) + seen(card, "sigma") ** 2 / 2
    assert card.answer == pytest.approx(wanted)
    assert seen(card, "quiet") + seen(card, "half") == pytest.approx(wanted, abs=2e-3)


@pytest.mark.parametrize("seed", range(20))
def test_what_a_causal_mask_leaves(seed: int) -> None:
    card = cards.mask(seed)
    assert card.answer == sum(range(1, int(seen(card, "length")) + 1))


@pytest.mark.parametrize("seed", range(24))
def test_no_slip_is_the_answer(seed: int) -> None:
    card = (cards.loss, cards.loud, cards.mask)[seed % 3](seed)
    for name, wrong in card.slips.items():
        assert abs(wrong - card.answer) > card.rel_tol * abs(card.answer), name


def test_figures_of_the_lesson() -> None:
    found = transformer()
    assert len(LETTERS) == CLASSES == int(found["nn_classes"])
    first, printed = float(found["nn_llama_first"]), float(found["nn_printed"])
    assert first == pytest.approx(math.log(128_256), abs=0.006)
    assert first + float(found["nn_sigma"]) ** 2 / 2 == pytest.approx(printed, abs=0.03)
