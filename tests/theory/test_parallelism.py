"""Sharing a model out: the published formulas as special cases, and what cannot be shared."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesson_core.theory import parallelism
from lesson_core.theory.model_table import architecture

positive = st.floats(0.01, 100.0)
rows = st.lists(st.integers(1, 50), min_size=1, max_size=8)


def test_three_kv_heads_over_two_ranks():
    assert parallelism.shares(3, 2) == (2, 1)
    assert parallelism.shares(8, 8) == (1,) * 8


@given(st.integers(0, 10_000), st.integers(1, 64))
def test_shares_are_even_and_complete(total, ranks):
    found = parallelism.shares(total, ranks)
    assert sum(found) == total
    assert max(found) - min(found) <= 1


def test_a_ring_sends_twice_the_message_in_the_limit():
    assert parallelism.ring_bytes(1000, 2) == 1000
    assert parallelism.ring_bytes(1000, 1000) == pytest.approx(1998)
    assert parallelism.Link(1e-5, 1e9).all_reduce_s(1_000_000, 2) == pytest.approx(1.01e-3)
    assert parallelism.Link(1e-5, 1e9).all_reduce_s(1_000_000, 1) == 0.0


@given(st.floats(1e-6, 1e-3), st.floats(1e8, 1e12), st.integers(2, 16))
def test_a_link_is_found_again_from_its_own_times(latency, bandwidth, ranks):
    # sizes around the point where latency and bandwidth weigh alike
    turn = latency * bandwidth
    sizes = [turn * factor for factor in (0.1, 0.3, 1, 3, 10)]
    link = parallelism.Link(latency, bandwidth)
    seconds = [link.all_reduce_s(size, ranks) for size in sizes]
    found = parallelism.fit_link(sizes, seconds, ranks)
    assert found.latency_s == pytest.approx(latency, rel=1e-6)
    assert found.bandwidth == pytest.approx(bandwidth, rel=1e-6)


def test_a_link_of_one_size_is_still_a_link():
    found = parallelism.fit_link([1000, 1000], [2e-5, 2e-5], 2)
    assert found.latency_s > 0
    assert found.bandwidth > 0


@given(st.integers(1, 16), st.integers(1, 64), positive)
def test_equal_stages_give_the_bubble_of_gpipe(stages, micro, seconds):
    general = parallelism.bubble([seconds] * stages, micro)
    assert general == pytest.approx(parallelism.equal_bubble(stages, micro), abs=1e-9)


@given(st.lists(positive, min_size=1, max_size=6), st.integers(1, 12))
def test_the_makespan_is_that_of_the_schedule_itself(stage_s, micro):
    """Played through piece by piece: a stage starts when its input is there and it is free."""
    free = [0.0] * len(stage_s)
    for _ in range(micro):
        ready = 0.0
        for stage, seconds in enumerate(stage_s):
            ready = max(ready, free[stage]) + seconds
            free[stage] = ready
    assert parallelism.makespan(stage_s, micro) == pytest.approx(free[-1])


@given(rows, st.integers(1, 4))
def test_no_other_cut_has_a_lighter_heaviest_stage(weights, stages):
    ends = parallelism.balance(weights, stages)
    assert len(ends) == stages
    assert ends[-1] == len(weights)

    def heaviest(cuts):
        edges = [0, *cuts]
        return max(sum(weights[a:b]) for a, b in pairwise(edges))

    if stages <= len(weights):
        best = min(
            heaviest([*inner, len(weights)])
            for inner in combinations(range(1, len(weights)), stages - 1)
        )
        assert heaviest(ends) <= best


def test_the_tied_head_weighs_as_much_as_eight_layers():
    config = architecture("SmolLM2-135M").config
    weights = parallelism.stage_weights(config)
    assert weights[-1] / weights[0] == pytest.approx(8.0)
    assert parallelism.layer_cuts(config, 2, "weights") == (19, 30)
    assert parallelism.layer_cuts(config, 2, "layers") == (15, 30)


def test_every_stage_gets_a_layer_even_beside_a_giant_head():
    config = architecture("SmolLM2-135M").config
    for stages in (2, 3, 5, 8, 30):
        ends = (0, *parallelism.layer_cuts(config, stages, "weights"))
        assert all(b > a for a, b in pairwise(ends))


def test_uneven_kv_groups_cost_a_twelfth_of_the_speed_up():
    config = architecture("SmolLM2-135M").config
    whole = sum(parallelism.stage_weights(config))
    assert parallelism.busiest_share(config, 1) == whole
    assert whole / parallelism.busiest_share(config, 2) == pytest.approx(1.876, abs=0.001)
    assert whole / parallelism.busiest_share(config, 3) == pytest.approx(3.0)
