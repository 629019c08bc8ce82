"""The keys of the architectures cards, from the numbers the learner sees."""

import math

from lesson_core.learn.questions import architectures
from lesson_core.schema.question import Posed


def number(posed: Posed, name: str) -> float:
    return float(str(posed.values[name]).replace(",", ""))


def test_a_latent_is_kept_once() -> None:
    for seed in range(20):
        card = architectures.latent(seed)
        kept = number(card, "rank") + number(card, "rope")
        assert kept == number(card, "kept")
        assert card.answer == number(card, "layers") * kept * number(card, "bytes")


def test_visited_experts() -> None:
    for seed in range(30):
        card = architectures.visited(seed)
        count, each, tokens = (number(card, name) for name in ("count", "per_token", "tokens"))
        missed = ((count - each) / count) ** tokens
        assert math.isclose(card.answer, count * (1 - missed))
        assert abs(number(card, "missed") - 100 * missed) <= 0.05
        assert each <= card.answer <= min(count, card.slips["visits"])
        assert math.isclose(card.answer + card.slips["missed_ones"], count)


def test_a_cache_over_a_link_sold_in_bits() -> None:
    for seed in range(30):
        card = architectures.transfer(seed)
        bits = number(card, "prompt") * number(card, "kib") * 1024 * 8
        assert math.isclose(card.answer, 1e3 * bits / (number(card, "gbit") * 1e9))
        assert math.isclose(card.slips["link_bits"], card.answer / 8)
