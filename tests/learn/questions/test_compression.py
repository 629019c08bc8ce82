"""The keys of the compression cards, from the numbers that the learner sees."""

import math

from lesson_core.learn.questions import compression
from lesson_core.schema.question import Posed


def number(posed: Posed, name: str) -> float:
    return float(str(posed.values[name]).replace(",", ""))


def test_size_counts_codes_scales_and_zeros() -> None:
    for seed in range(20):
        card = compression.size(seed)
        groups = number(card, "params_b") * 1e9 / number(card, "group")
        codes = number(card, "params_b") * 1e9 * number(card, "bits") / 8
        assert math.isclose(card.answer * 1e9, codes + groups * (2 + 2))
        assert math.isclose(number(card, "each"), card.answer * 8 / number(card, "params_b"))


def test_gain_leaves_the_rest_of_the_step_alone() -> None:
    for seed in range(20):
        card = compression.gain(seed)
        step, share = number(card, "step_ms"), number(card, "share") / 100
        after = step * (1 - share) + step * share * number(card, "bits") / 16
        assert math.isclose(card.answer, step / after)
        assert 1 < card.answer < number(card, "less")
