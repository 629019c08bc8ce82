"""Prefill on one machine and decode on another: nobody lost, nothing free that is not."""

from itertools import pairwise

import pytest

from lesson_core.schema.serving import Policy, Request, Served
from lesson_core.serve import disaggregated, interference
from lesson_core.serve.simulator import simulate
from lesson_core.theory import disaggregation, serving, step_time
from lesson_core.theory.disaggregation import Others
from lesson_core.theory.serving import Wish
from lesson_core.theory.step_time import StepPrices
from lesson_core.theory.wires import WIRES

PRICES = StepPrices(knots=(1, 2), base=(1.0, 2.0), context=0.0, pairs=0.0, sequences=0.0)
"""A second per new token."""
POLICY = Policy(max_seqs=8, token_budget=64, blocks=1000)


def request(id: int, prompt: int, answer: int, at: float = 0.0) -> Request:
    return Request(id=id, prompt=(0,) * prompt, new_tokens=answer, arrival_s=at, ignore_eos=True)


def by_id(served: list[Served]) -> dict[int, Served]:
    found = {one.id: one for one in served}
    assert len(found) == len(served)
    return found


def travel(tokens: int) -> float:
    return tokens / 2


def test_one_request_by_hand() -> None:
    """10 s of prefill, 5 s on the wire, then a second per token."""
    (one,), _ = disaggregated.apart([request(0, 10, 4)], POLICY, PRICES, travel)
    assert one.token_s == (10.0, 16.0, 17.0, 18.0)


def test_prompts_follow_each_other_on_the_wire() -> None:
    served, _ = disaggregated.apart([request(0, 40, 2), request(1, 40, 2)], POLICY, PRICES, travel)
    first, second = (by_id(served)[i].token_s for i in (0, 1))
    assert first == (40.0, 61.0)
    assert second == (80.0, 101.0)
    near = [request(0, 20, 2), request(1, 20, 2)]  # read in one step, sent in turn
    served, _ = disaggregated.apart(near, POLICY, PRICES, travel)
    assert [by_id(served)[i].token_s for i in (0, 1)] == [(40.0, 51.0), (40.0, 61.0)]


def test_nobody_is_lost_and_every_answer_has_its_length() -> None:
    asked = [request(i, 5 + 7 * i % 50, 1 + i % 6, at=3.0 * i) for i in range(40)]
    served, (_, steps) = disaggregated.apart(asked, POLICY, PRICES, travel)
    found = by_id(served)
    assert {i: len(one.token_s) for i, one in found.items()} == {r.id: r.new_tokens for r in asked}
    assert all(a < b for one in served for a, b in pairwise(one.token_s))
    assert {one.finish for one in served} == {"length"}
    decoded = {work[0] for step in steps for work in step.work}
    assert decoded == {r.id for r in asked if r.new_tokens > 1}  # one token never travels


def test_who_can_never_fit_is_refused_once() -> None:
    small = Policy(max_seqs=2, token_budget=8, blocks=2, block_size=4)
    served, _ = disaggregated.apart([request(0, 100, 3), request(1, 4, 2)], small, PRICES, travel)
    assert {one.id: one.finish for one in served} == {0: "refused", 1: "length"}


def test_a_prompt_is_free_once_and_paid_for_after_a_preemption() -> None:
    """Two sequences in room for one and a half: the worse ranked one has to start again."""
    tight = Policy(max_seqs=2, token_budget=1000, blocks=5, block_size=4)
    asked = [request(0, 8, 6), request(1, 8, 6)]
    cost = disaggregated.arrived(PRICES, [0, 1])
    served, steps = simulate(asked, tight, cost)
    assert sum(one.preemptions for one in served) > 0
    longest = max(step.end_s - step.start_s for step in steps)
    assert longest >= 8  # the whole prompt again
    first = steps[0].end_s - steps[0].start_s
    assert first == len(steps[0].work)  # one row each


def test_dealt_out_in_turn_each_machine_serves_its_share() -> None:
    asked = [request(i, 10, 3) for i in range(7)]
    served = disaggregated.together(asked, 2, POLICY, PRICES)
    assert sorted(one.id for one in served) == list(range(7))
    alone, _ = simulate(asked[1::2], POLICY, lambda plan: PRICES.base[0] * sum(
        work.count for work in plan.work))  # fmt: skip
    mine = by_id(served)
    assert [mine[one.id].token_s for one in alone] == [one.token_s for one in alone]


@pytest.mark.parametrize("prompt", [2048, 8192])
def test_the_scheduler_does_what_the_formula_says(prompt: int) -> None:
    made = serving.deployment(Wish(model="Llama-3.1-8B", device="H100 SXM"))
    prices, others, budget = step_time.elsewhere(made, 8192), Others(count=32, context=1000), 512
    travel_s = disaggregation.transfer_s(made, prompt, WIRES["infiniband"])
    formula = {
        "whole": disaggregation.whole(prices, others, prompt),
        "chunked": disaggregation.chunked(prices, others, prompt, budget - others.count),
        "apart": disaggregation.apart(prices, others, prompt, travel_s),
    }
    for way in interference.WAYS:
        server = interference.server(
            way, prices, budget, lambda n: disaggregation.transfer_s(made, n, WIRES["infiniband"])
        )
        found = interference.scene(server, others, prompt).found
        assert found.ttft_s == pytest.approx(formula[way].ttft_s, rel=0.02)
        assert found.longest_s == pytest.approx(formula[way].longest_s, rel=0.07)  # caches grow
        wait = found.second_s - formula[way].second_s  # up to one step that was under way
        assert -1e-9 <= wait <= 1.1 * formula["apart"].longest_s


def test_the_others_outlast_the_scene() -> None:
    made = serving.deployment(Wish(model="Llama-3.1-70B", device="H100 SXM", cards=4))
    prices = step_time.elsewhere(made, 8192)
    for way in interference.WAYS:
        server = interference.server(way, prices, 512, lambda n: n * 1e-5)
        scene = interference.scene(server, Others(count=32, context=1000), 32_768)
        assert scene.gaps[-1][1] >= scene.found.ttft_s + scene.found.second_s
        assert scene.gaps[0][0] < 0 < scene.gaps[-1][1]
        assert all(a[1] == b[0] for a, b in pairwise(scene.gaps))
