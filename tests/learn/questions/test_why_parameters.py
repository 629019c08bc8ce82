"""Keys of the cards on scaling against arithmetic on the numbers that the learner sees."""

import math

import pytest

from lesson_core.learn.questions import why_parameters
from lesson_core.schema.question import Posed


def seen(posed: Posed, name: str) -> float:
    return float(str(posed.values[name]).replace(",", ""))


@pytest.mark.parametrize("seed", range(20))
def test_the_exponent_leads_from_one_loss_to_the_other(seed: int) -> None:
    card = why_parameters.exponent(seed)
    times = seen(card, "n_large") / seen(card, "n_small")
    assert seen(card, "loss_small") * times**-card.answer == pytest.approx(seen(card, "loss_large"))
    assert seen(card, "top") / seen(card, "bottom") == pytest.approx(card.answer, rel=2e-3)


@pytest.mark.parametrize("seed", range(20))
def test_the_best_size_spends_the_budget(seed: int) -> None:
    card = why_parameters.optimum(seed)
    n = card.answer * 1e9
    assert 6 * n * 20 * n == pytest.approx(seen(card, "flop") * 1e21)
    assert seen(card, "tokens") == pytest.approx(20 * card.answer, rel=5e-3)


@pytest.mark.parametrize("seed", range(20))
def test_after_so_many_tokens_both_cost_the_same(seed: int) -> None:
    card = why_parameters.breakeven(seed)
    large, small = (
        seen(card, f"{name}_b") * (6 * seen(card, f"{name}_t") + 2 * card.answer)
        for name in ("large", "small")
    )
    assert large == pytest.approx(small)
    assert card.answer > 0
    extra = seen(card, "small_train") - seen(card, "large_train")
    assert extra == pytest.approx(seen(card, "extra"), rel=1e-3)


@pytest.mark.parametrize("seed", range(20))
def test_in_a_row_the_gap_grows(seed: int) -> None:
    card = why_parameters.row(seed)
    one = seen(card, "large") / seen(card, "small")
    assert math.log(card.answer) == pytest.approx(seen(card, "k") * math.log(one))
    assert seen(card, "large") < 100


@pytest.mark.parametrize("seed", range(8))
def test_no_slip_is_the_answer(seed: int) -> None:
    card = why_parameters.pose(seed)
    for wrong in card.slips.values():
        assert abs(wrong - card.answer) > card.rel_tol * abs(card.answer)
