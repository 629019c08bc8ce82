"""The planner's keys against arithmetic written out here, from the numbers the learner sees."""

import math

from lesson_core.learn.questions import planner
from lesson_core.schema.question import Posed


def number(posed: Posed, name: str) -> float:
    return float(str(posed.values[name]).replace(",", ""))


def test_cost_is_dollars_over_tokens() -> None:
    for seed in range(20):
        card = planner.cost(seed)
        dollars = number(card, "cards") * number(card, "price")
        assert math.isclose(card.answer, dollars / (3600 * number(card, "rate")) * 1e6)


def test_cards_hold_weights_and_every_cache() -> None:
    for seed in range(20):
        card = planner.cards(seed)
        need = number(card, "weights_gb") + number(card, "users") * number(card, "sequence_gb")
        usable = 0.9 * number(card, "memory_gb")
        assert (card.answer - 1) * usable < need <= card.answer * usable
        assert card.slips["no_caches"] < card.answer


def test_a_prefill_gets_half_of_the_printed_peak() -> None:
    for seed in range(20):
        card = planner.sparse(seed)
        flop = 2 * number(card, "params_b") * 1e9 * number(card, "prompt")
        reached = number(card, "printed") / 2 * 1e12 * number(card, "share") / 100
        assert math.isclose(card.answer, 1e3 * flop / reached)
