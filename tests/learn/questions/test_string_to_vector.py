"""Keys of the cards on vectors against arithmetic on the numbers that the learner sees."""

import math

import pytest

from lesson_core.learn.figures.vectors import WIDTH, WORDS, vectors
from lesson_core.learn.questions import string_to_vector as cards
from lesson_core.schema.question import Posed


def seen(posed: Posed, name: str) -> float:
    return float(str(posed.values[name]).replace(",", ""))


@pytest.mark.parametrize("seed", range(20))
def test_unknown_words_are_in_neither_sum_nor_count(seed: int) -> None:
    card = cards.mean(seed)
    total = sum(seen(card, name) for name in "abc")
    assert card.answer == pytest.approx(total / 3)
    assert card.slips["unknown_as_zero"] == pytest.approx(total / seen(card, "words"))
    assert seen(card, "words") == 3 + seen(card, "unknown")


@pytest.mark.parametrize("seed", range(20))
def test_cosine(seed: int) -> None:
    card = cards.cosine(seed)
    a, b, c, d = (seen(card, name) for name in "abcd")
    angle = math.atan2(b, a) - math.atan2(d, c)
    assert card.answer == pytest.approx(math.cos(angle))


@pytest.mark.parametrize("seed", range(20))
def test_table(seed: int) -> None:
    card = cards.table(seed)
    assert card.answer == pytest.approx(seen(card, "words") * seen(card, "width") * 4e-6)
    assert seen(card, "numbers") * 4 == pytest.approx(card.answer)


@pytest.mark.parametrize("seed", range(12))
def test_no_slip_is_the_answer(seed: int) -> None:
    card = (cards.mean, cards.cosine, cards.table)[seed % 3](seed)
    for name, wrong in card.slips.items():
        assert abs(wrong - card.answer) > card.rel_tol * abs(card.answer), name


def test_figures_of_the_lesson() -> None:
    found = vectors()
    assert float(found["v_numbers_m"]) == pytest.approx(WORDS * WIDTH / 1e6, abs=0.05)
    assert float(found["v_mb"]) == pytest.approx(4 * float(found["v_numbers_m"]), abs=1)
    assert float(found["v_ratio"]) == pytest.approx(128_256 * 4096 / (WORDS * WIDTH), abs=0.5)
    assert float(found["v_rows_us"]) == pytest.approx(1000 * 8192 / 3.35e12 * 1e6, abs=0.1)
