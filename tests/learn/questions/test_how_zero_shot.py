"""Keys of the cards on teaching and meta-learning against another way of working them out."""

import math

import pytest

from lesson_core.learn.questions import how_zero_shot as cards
from lesson_core.schema.question import Posed


def seen(posed: Posed, name: str) -> float:
    return float(str(posed.values[name]))


@pytest.mark.parametrize("seed", range(12))
def test_the_squared_distance_of_two_unit_vectors(seed: int) -> None:
    card = cards.distance(seed)
    angle = math.acos(seen(card, "cosine"))
    apart = (math.cos(angle) - 1) ** 2 + math.sin(angle) ** 2
    assert card.answer == pytest.approx(apart)


@pytest.mark.parametrize("seed", range(12))
def test_practice_reads_support_and_query_of_every_episode(seed: int) -> None:
    card = cards.practice(seed)
    one = sum(seen(card, "shots") + seen(card, "asked") for _ in range(int(seen(card, "ways"))))
    assert card.answer == one * seen(card, "rounds") * seen(card, "at_once")


@pytest.mark.parametrize("seed", range(12))
def test_the_meta_gradient_is_the_slope_of_the_loss_after_the_step(seed: int) -> None:
    card = cards.meta(seed)
    a, rate, b, c = (seen(card, name) for name in ("curve", "rate", "support", "query"))

    def after(theta: float) -> float:
        return a / 2 * (theta - rate * a * (theta - b) - c) ** 2

    theta, h = seen(card, "begun"), 1e-4
    slope = (after(theta + h) - after(theta - h)) / (2 * h)
    assert card.answer == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_four_times_the_episodes_halve_the_interval(seed: int) -> None:
    card = cards.episodes(seed)
    n, deviation = seen(card, "n"), seen(card, "deviation")
    assert card.answer / 2 == pytest.approx(1.96 * deviation / math.sqrt(4 * n))


@pytest.mark.parametrize("card", [cards.distance, cards.practice, cards.meta, cards.episodes])
@pytest.mark.parametrize("seed", range(12))
def test_no_slip_is_the_answer(card, seed: int) -> None:
    posed = card(seed)
    for wrong in posed.slips.values():
        assert abs(wrong - posed.answer) > posed.rel_tol * abs(posed.answer)
