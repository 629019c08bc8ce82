"""The benchmark's arithmetic: who is compared with whom, and what passes."""

from typing import Any

import pytest
import torch

from lesson_core.bench import speculative as bench
from lesson_core.generate.speculative import Round
from tests.model.tiny import tiny_model

GOOD: dict[str, Any] = {
    "lookup_speedup": 1.5, "identical": True, "p_value": 0.4, "wrong_p_value": 1e-6,
}  # fmt: skip


def _answer(rounds: list[tuple[int, int]], seconds: float) -> bench.Answer:
    """Rounds of (proposed, accepted) after a prefill of one second."""
    found = [Round(proposed=[], accepted=0, tokens=[1], start_s=0.0, drafted_s=0.0, end_s=1.0)]
    for i, (proposed, accepted) in enumerate(rounds):
        start = 1.0 + i * seconds
        found.append(
            Round(proposed=[1] * proposed, accepted=accepted, tokens=[1] * (accepted + 1),
                  start_s=start, drafted_s=start, end_s=start + seconds)
        )  # fmt: skip
    return bench.Answer(found)


def test_a_row_compares_within_a_round() -> None:
    plain, fast = _answer([(0, 0)] * 8, 0.5), _answer([(3, 3), (3, 3)], 1.0)
    row = bench._row([5, 6], [(plain, fast)], verify_cost=2.0)
    assert (row["tokens"], row["passes"], row["drafted"]) == (9, 3, 2)
    assert row["alpha"] == 1.0
    assert row["speedup"] == pytest.approx(5 / 3, abs=0.01)  # prefill counts
    assert row["decode"] == row["predicted"] == 2.0  # 8 steps against 2 checks of 2 steps each


def test_without_a_draft_nothing_is_predicted() -> None:
    assert bench._predicted(_answer([(0, 0)] * 4, 1.0), None, 2.0) is None


@pytest.mark.parametrize(
    "change",
    [{"lookup_speedup": 1.29}, {"identical": False}, {"p_value": 1e-4}, {"wrong_p_value": 0.01}],
)
def test_any_miss_fails_it(change: dict[str, Any]) -> None:
    assert bench._passes(GOOD)
    assert not bench._passes(GOOD | change)


def test_tokens_may_only_part_at_a_near_tie() -> None:
    model = tiny_model()
    sides = bench.Sides(model, None, tokens=4, gamma=2)  # type: ignore[arg-type]
    answer = sides_plain = [7, 8, 9]
    assert sides.identical([5, 6], sides_plain, answer)
    assert not sides.identical([5, 6], sides_plain, [7, 8])
    assert not sides.identical([5, 6], sides_plain, [7, 3, 9])  # a random model is sure of itself
    with torch.no_grad():
        model.head.weight.zero_()  # every token ties
    assert sides.identical([5, 6], sides_plain, [7, 3, 9])


def test_the_prompts_hold_what_their_answers_copy() -> None:
    assert all(len(prompt.split()) > 20 for prompt in bench.COPYABLE.values())
    assert bench.FREE not in bench.COPYABLE.values()
