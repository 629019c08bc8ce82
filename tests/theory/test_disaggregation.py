"""Prefill and decode apart: what travels, who waits, by hand and on real machines."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesson_core.theory import disaggregation, serving, step_time
from lesson_core.theory.disaggregation import Others
from lesson_core.theory.serving import Wish
from lesson_core.theory.step_time import StepPrices
from lesson_core.theory.wires import START_S, WIRES

PER_ROW = StepPrices(knots=(1, 2), base=(1.0, 2.0), context=0.0, pairs=0.0, sequences=0.0)
"""A second per new token, and nothing else."""
MACHINES = (
    Wish(model="Llama-3.1-8B", device="H100 SXM"),
    Wish(model="Llama-3.1-70B", device="H100 SXM", cards=4),
    Wish(model="DeepSeek-V3", device="H200 SXM", cards=8, weights="fp8"),
)


def test_a_gibibyte_over_400_gigabits() -> None:
    made = serving.deployment(MACHINES[0])
    assert disaggregation.kv_bytes(made, 8192) == 2**30
    wire = WIRES["infiniband"]
    found = disaggregation.transfer_s(made, 8192, wire)
    assert found == pytest.approx(2**30 * 8 / 400e9 + START_S + wire.step_s)
    assert found == pytest.approx(21.5e-3, rel=0.01)


def test_a_latent_travels_lighter_than_eight_heads() -> None:
    sizes = [disaggregation.kv_bytes(serving.deployment(wish), 1000) for wish in MACHINES]
    assert sizes[2] < sizes[0] < sizes[1]
    assert sizes[2] == 1000 * 70_272


def test_everybody_waits_for_a_whole_prompt() -> None:
    found = disaggregation.whole(PER_ROW, Others(count=3, context=10), 100)
    assert (found.longest_s, found.ttft_s, found.second_s) == (103.0, 100.0, 3.0)


@given(st.integers(1, 64), st.integers(1, 5000), st.integers(1, 700))
def test_chunks_are_the_whole_prompt(count: int, prompt: int, chunk: int) -> None:
    found = disaggregation.chunked(PER_ROW, Others(count=count, context=5), prompt, chunk)
    pieces = math.ceil(prompt / chunk)
    assert found.ttft_s == pytest.approx(prompt + pieces * count)
    assert found.longest_s == pytest.approx(min(prompt, chunk) + count)


def test_apart_only_the_newcomer_waits_for_the_wire() -> None:
    others = Others(count=3, context=10)
    near, far = (disaggregation.apart(PER_ROW, others, 100, travel) for travel in (0.0, 7.0))
    assert near.longest_s == far.longest_s == 3.0
    assert near.ttft_s == far.ttft_s == 100.0
    assert far.second_s - near.second_s == 7.0


@pytest.mark.parametrize("wish", MACHINES, ids=lambda wish: wish.model)
def test_on_real_machines_chunks_trade_ttft_for_the_others_gap(wish: Wish) -> None:
    made = serving.deployment(wish)
    prices, others = step_time.elsewhere(made, 8192), Others(count=32, context=1000)
    whole = disaggregation.whole(prices, others, 8192)
    chunked = disaggregation.chunked(prices, others, 8192, 480)
    apart = disaggregation.apart(prices, others, 8192, 0.02)
    assert whole.longest_s > chunked.longest_s > apart.longest_s
    assert chunked.ttft_s > whole.ttft_s == apart.ttft_s
    assert apart.second_s > whole.second_s
