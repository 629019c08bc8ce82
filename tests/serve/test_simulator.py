"""The simulator: its arithmetic by hand, and that it serves as the scheduler says."""

import itertools

import pytest

from lesson_core.schema.serving import Policy, Request
from lesson_core.serve import simulator, trace, workload
from lesson_core.theory import served, step_time
from lesson_core.theory.step_time import StepLoad, StepPrices

PRICES = StepPrices(
    knots=(1, 64, 512),
    base=(0.010, 0.020, 0.120),
    context=1e-6,
    pairs=1e-7,
    sequences=1e-5,
)


def test_a_lone_request_takes_its_steps_one_after_another():
    asked = [Request(id=1, prompt=(5,) * 64, new_tokens=3, arrival_s=2.0)]
    (one,), steps = simulator.simulate(asked, Policy(), simulator.priced(PRICES))
    prefill = PRICES.seconds(StepLoad(rows=64, sequences=1, prompts=1, pairs=64 * 65 // 2))
    decode = [PRICES.seconds(StepLoad(rows=1, sequences=1, context=n)) for n in (65, 66)]
    assert one.token_s[0] == pytest.approx(2.0 + prefill)
    assert one.token_s[-1] == pytest.approx(2.0 + prefill + sum(decode))
    assert [s.work for s in steps] == [((1, 0, 64, "prefill"),), ((1, 64, 1, "decode"),),
                                       ((1, 65, 1, "decode"),)]  # fmt: skip


def test_the_log_prices_itself():
    """Load from a plan and load from its record are the same thing."""
    asked = workload.requests(workload.at_rate(trace.bundled("conversation")[:40], 9.0))
    policy = Policy(max_seqs=8, token_budget=64, blocks=3000, order="shortest")
    _, steps = simulator.simulate(asked, policy, simulator.priced(PRICES))
    for step in steps:
        priced = PRICES.seconds(step_time.load_of(step.work))
        assert step.end_s - step.start_s == pytest.approx(priced)
    assert all(a.end_s <= b.start_s for a, b in itertools.pairwise(steps))


def test_swapping_takes_time_and_nothing_is_lost():
    asked = [Request(id=i, prompt=(i,) * 16, new_tokens=40) for i in range(8)]
    small = Policy(blocks=16, max_seqs=8, token_budget=64, preemption="swap")
    logs = [
        simulator.simulate(asked, small, simulator.priced(StepPrices(**{**vars(PRICES),
                                                                        "moved": moved})))
        for moved in (0.0, 0.01)
    ]  # fmt: skip
    free, dear = (served.summary(log[0]) for log in logs)
    assert free.answered == dear.answered == 8 and dear.preemptions > 0
    assert dear.duration_s > free.duration_s
    assert max(step.swapped_blocks for step in logs[0][1]) > 0


def test_who_never_fits_is_refused_and_the_others_are_served():
    asked = [
        Request(id=1, prompt=(1,) * 900, new_tokens=2),
        Request(id=2, prompt=(1,), new_tokens=2),
    ]
    done, _ = simulator.simulate(asked, Policy(blocks=8), simulator.priced(PRICES))
    assert {one.id: one.finish for one in done} == {1: "refused", 2: "length"}


def test_a_dynamic_window_passes_although_nobody_else_comes():
    policy = Policy(batching="dynamic", window_s=0.5, max_seqs=4)
    asked = [Request(id=i, prompt=(1,) * 8, new_tokens=2, arrival_s=i / 10) for i in range(2)]
    done, steps = simulator.simulate(asked, policy, simulator.priced(PRICES))
    assert steps[0].start_s == 0.5 and len(steps[0].work) == 2 and len(done) == 2


def test_without_steps_the_answers_are_the_same():
    asked = workload.requests(workload.at_rate(trace.bundled("code")[:30], 3.0))
    policy, cost = Policy(blocks=4000), simulator.priced(PRICES)
    with_steps = simulator.simulate(asked, policy, cost)
    without = simulator.simulate(asked, policy, cost, keep_steps=False)
    assert with_steps[0] == without[0] and with_steps[1] and not without[1]


def test_continuous_batching_beats_static_and_static_beats_one_at_a_time():
    """Of answers that differ in length; the shape of the lesson, not a measurement."""
    chats = workload.at_once(workload.scaled(trace.bundled("conversation")[:48], tokens=0.1))
    asked = workload.requests(chats)

    def tokens_s(**policy):
        chosen = Policy(blocks=4000, **policy)
        done, _ = simulator.simulate(asked, chosen, simulator.priced(PRICES))
        return served.summary(done).tokens_s

    continuous, static = tokens_s(), tokens_s(batching="static", chunked=False)
    assert continuous > 1.1 * static and static > 1.5 * tokens_s(max_seqs=1)
