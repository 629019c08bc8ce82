"""The scheduler, by what its users see: who runs when, what fits, who waits."""

import itertools
import random

import pytest

from lesson_core.errors import LabError
from lesson_core.schema.serving import Policy, Request
from lesson_core.serve.scheduler import Scheduler
from tests.serve.hashing import books_balance, refused, serve, wrong_answers


def request(id, prompt, new_tokens=4, **more):
    return Request(id=id, prompt=tuple([1] * prompt), new_tokens=new_tokens, **more)


def policy(**more):
    return Policy(**{"block_size": 4, "blocks": 64, "max_seqs": 4, "token_budget": 16, **more})


def steps(chosen, requests):
    """Per step: [(request, tokens, kind), …]."""
    seen = []

    def look(scheduler, plan):
        books_balance(scheduler)
        seen.append([(w.sequence.request.id, w.count, w.kind) for w in plan.work])

    done = serve(Scheduler(chosen), requests, look=look)
    assert wrong_answers(done) == []
    return seen


def test_continuous_batching_fills_a_seat_in_the_step_after_it_is_free():
    seen = steps(policy(max_seqs=2), [request(1, 4, 2), request(2, 4, 6), request(3, 4, 2)])
    assert seen[0] == [(1, 4, "prefill"), (2, 4, "prefill")]
    assert seen[1] == [(1, 1, "decode"), (2, 1, "decode")]
    assert seen[2] == [(2, 1, "decode"), (3, 4, "prefill")]


def test_static_batching_waits_for_the_last_of_its_batch():
    seen = steps(
        policy(max_seqs=2, batching="static"),
        [request(1, 4, 2), request(2, 4, 6), request(3, 4, 2)],
    )
    entered = next(i for i, step in enumerate(seen) if (3, 4, "prefill") in step)
    assert entered == 6  # one prefill and five decode steps of the longer answer


def test_a_dynamic_batch_waits_for_its_window_and_not_longer_than_until_it_is_full():
    scheduler = Scheduler(policy(batching="dynamic", window_s=1.0, max_seqs=2))
    scheduler.add(request(1, 4, arrival_s=5.0))
    plan = scheduler.schedule(5.2)
    assert plan.work == [] and plan.wait_until == 6.0
    scheduler.add(request(2, 4, arrival_s=5.3))
    assert len(scheduler.schedule(5.3).work) == 2
    alone = Scheduler(policy(batching="dynamic", window_s=1.0, max_seqs=2))
    alone.add(request(1, 4, arrival_s=5.0))
    assert len(alone.schedule(6.0).work) == 1


def test_chunks_leave_every_running_answer_its_token():
    seen = steps(policy(token_budget=6), [request(1, 4, 9), request(2, 20, 2, arrival_s=0.01)])
    assert seen[1] == [(1, 1, "decode"), (2, 5, "prefill")]
    assert [step[0] for step in seen[1:5]] == [(1, 1, "decode")] * 4
    assert sum(c for step in seen for i, c, kind in step if (i, kind) == (2, "prefill")) == 20


def test_without_chunks_a_prompt_enters_whole_and_stops_the_answers():
    seen = steps(
        policy(token_budget=6, chunked=False), [request(1, 4, 9), request(2, 20, 2, arrival_s=0.01)]
    )
    assert seen[1] == [(2, 20, "prefill")]  # longer than the budget, so alone
    assert all(len({kind for _, _, kind in step}) == 1 for step in seen)


def test_shortest_first_lets_a_short_prompt_pass_between_the_chunks_of_a_long_one():
    long, short = request(1, 60, 2), request(2, 6, 2, arrival_s=0.015)
    first = [step[0][0] for step in steps(policy(token_budget=8, order="shortest"), [long, short])]
    assert first[:3] == [1, 1, 2]
    fcfs = [step[0][0] for step in steps(policy(token_budget=8), [long, short])]
    assert fcfs[:8] == [1] * 8


def test_priority_goes_first():
    seen = steps(policy(max_seqs=1, order="priority"), [request(1, 4), request(2, 4, priority=1)])
    assert seen[0][0][0] == 2


@pytest.mark.parametrize("order", ["shortest", "priority"])
def test_a_long_request_is_overtaken_for_a_bounded_time_only(order):
    """Short or urgent ones arrive for ever, faster than they are served."""
    chosen = policy(order=order, patience_s=1.0, max_seqs=1, token_budget=8, blocks=300)
    long = Request(id=0, prompt=(1,) * 1000, new_tokens=2, arrival_s=0.011)
    others = [request(i, 4, 2, arrival_s=0.015 * (i - 1), priority=1) for i in range(1, 300)]
    done = serve(Scheduler(chosen), [long, *others])
    passed = [s for s in done[: next(i for i, s in enumerate(done) if s.request.id == 0)]]
    assert 66 <= len(passed) <= 69  # those of its first second; then it is its turn


@pytest.mark.parametrize("preemption", ["recompute", "swap"])
def test_preemption_makes_room_and_loses_nothing(preemption):
    chosen = policy(blocks=6, preemption=preemption)
    scheduler = Scheduler(chosen)
    done = serve(scheduler, [request(i, 4, 12) for i in range(3)],
                 look=lambda s, plan: books_balance(s))  # fmt: skip
    assert wrong_answers(done) == []
    assert sum(s.preemptions for s in done) > 0
    assert next(s for s in done if s.request.id == 0).preemptions == 0  # the best ranked stays
    assert scheduler.blocks.used == scheduler.memory.swapped_blocks == 0


def test_an_answer_that_can_never_fit_is_refused_and_one_that_just_fits_is_served():
    scheduler = Scheduler(policy(blocks=4))
    assert refused(scheduler, request(1, 10, 8)) == "pool_too_small"
    assert refused(scheduler, request(2, 1_000_000, 1)) == "pool_too_small"
    assert refused(scheduler, request(3, 4, 4, samples=5)) == "too_many_samples"
    assert not scheduler.busy
    assert wrong_answers(serve(scheduler, [request(4, 10, 7)])) == []  # 16 positions, 4 blocks
    scheduler.add(request(5, 4))
    assert refused(scheduler, request(5, 4)) == "request_known"


def test_samples_share_the_prompt_until_they_write():
    scheduler, most = Scheduler(policy(blocks=64)), 0
    copies = []

    def look(scheduler, plan):
        nonlocal most
        books_balance(scheduler)
        copies.extend(plan.copies)
        most = max(most, scheduler.blocks.used)

    done = serve(scheduler, [request(1, 18, 3, samples=4)], look=look)
    assert wrong_answers(done) == []
    assert sorted(s.sample for s in done) == [0, 1, 2, 3]
    assert len(copies) == 3  # four write into one half-full block; the last may keep it
    assert most == 4 + 4  # four full blocks once, the fifth four times


def test_a_cancelled_request_gives_back_what_it_held_wherever_it_was():
    scheduler = Scheduler(policy(max_seqs=2, blocks=8, preemption="swap"))
    for i in range(4):
        scheduler.add(request(i, 8, 12))
    plan = scheduler.schedule(0.0)
    scheduler.cancel(0)  # while it is computed
    assert scheduler.finish_step(plan, {w.sequence.id: 1 for w in plan.work}, 0.1) == []
    books_balance(scheduler)
    assert scheduler.cancel(3)[0].finish == "cancelled"  # while it waits
    assert scheduler.cancel(77) == []
    done = serve(scheduler, [])
    assert {s.request.id for s in done} == {1, 2}
    books_balance(scheduler)


def test_an_end_token_ends_an_answer_unless_it_is_to_be_ignored():
    asked = [request(1, 5, 30), request(2, 5, 30, ignore_eos=True)]
    done = {s.request.id: s for s in serve(Scheduler(policy(), eos_ids=(0,)), asked)}
    assert done[1].finish == "stop" and done[1].answer[-1] == 0
    assert done[2].finish == "length" and len(done[2].answer) == 30


@pytest.mark.parametrize("bad", [
    {"batching": "magic"}, {"order": "lifo"}, {"preemption": "kill"}, {"max_seqs": 0},
    {"token_budget": 3}, {"window_s": float("nan")}, {"blocks": 0}, {"block_size": 0},
    {"patience_s": -1},
])  # fmt: skip
def test_a_policy_without_sense_is_refused(bad):
    with pytest.raises(LabError):
        policy(**bad)


@pytest.mark.parametrize("bad", [
    {"prompt": ()}, {"new_tokens": 0}, {"new_tokens": -1}, {"samples": 0}, {"arrival_s": -1.0},
])  # fmt: skip
def test_a_request_without_sense_is_refused(bad):
    with pytest.raises(LabError):
        Request(**{"id": 1, "prompt": (1,), "new_tokens": 1, **bad})


def test_ten_thousand_random_schedules_answer_as_if_everybody_were_alone():
    """Every policy, small pools, shared beginnings, samples: the same tokens as alone."""
    draw = random.Random(4)
    policies = list(itertools.product(
        ["static", "dynamic", "continuous"], [True, False], ["fcfs", "shortest", "priority"],
        ["recompute", "swap"], [True, False],
    ))  # fmt: skip
    seen = dict.fromkeys(["preempted", "cached", "samples", "stopped"], 0)
    for i in range(10_000):
        batching, chunked, order, preemption, prefix_cache = policies[i % len(policies)]
        seats, size = draw.randint(1, 4), draw.randint(1, 4)
        chosen = Policy(
            batching=batching, chunked=chunked, order=order, preemption=preemption,
            prefix_cache=prefix_cache, max_seqs=seats, token_budget=draw.randint(seats, 8),
            block_size=size, blocks=-(-draw.randint(16, 28) // size), window_s=0.02,
        )  # fmt: skip
        asked = [
            Request(
                id=k, prompt=tuple(draw.choices((0, 1), (1, 4), k=draw.randint(1, 11))),
                new_tokens=draw.randint(1, 6), arrival_s=draw.random() / 20,
                priority=draw.randint(0, 2), samples=draw.choice((1, 1, 1, min(seats, 3))),
            )
            for k in range(draw.randint(1, 5))
        ]  # fmt: skip
        eos_ids = (2,) if i % 3 == 0 else ()
        scheduler = Scheduler(chosen, eos_ids)
        done = serve(scheduler, asked, most_steps=600)
        assert wrong_answers(done, eos_ids) == [], (chosen, asked)
        assert sorted((s.request.id, s.sample) for s in done) == [
            (r.id, sample) for r in asked for sample in range(r.samples)
        ]
        books_balance(scheduler)
        seen["preempted"] += sum(s.preemptions for s in done)
        seen["cached"] += sum(s.cached_tokens for s in done)
        seen["samples"] += len(done) - len(asked)
        seen["stopped"] += sum(s.finish == "stop" for s in done)
    assert min(seen.values()) > 1000, seen  # the trial met what it is about
