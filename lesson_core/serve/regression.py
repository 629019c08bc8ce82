"""Yesterday and today of a server whose p99 got worse: simulated twice, one thing changed.

The same scheduler as the engine's and the prices of a published model on a data sheet's cards. The
traffic is drawn from a recording: a common system prompt, mostly short questions, now and then a
long document. Nothing differs between the two days but the cause, so the key is known by
construction.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from lesson_core.schema.interview import Cause
from lesson_core.schema.serving import Policy, Request, Served, StepRecord
from lesson_core.serve import trace, workload
from lesson_core.serve.simulator import Cost, priced, simulate
from lesson_core.serve.workload import Arrival
from lesson_core.theory import served, serving, stats, step_time
from lesson_core.theory.serving import Wish

MODEL, DEVICE, CARDS = "Llama-3.1-70B", "H100 SXM", 4
COUNT = 520  # requests: enough for a p99
SYSTEM = 1536  # tokens that every prompt begins with
LONG = (5000, 9000)  # tokens of a document
DAY = Policy(max_seqs=32, token_budget=512, blocks=6000, prefix_cache=True)
SAME = range(6, 11)  # answers in a step, where steps of two days are held against each other


@dataclass(frozen=True)
class Day:
    """What the server logged."""

    served: list[Served]
    steps: list[StepRecord]
    blocks: int  # of the KV pool


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a dashboard shows of a day; milliseconds and percent, None where there was no such step.

    `same_ms` is the median step that decoded about eight answers and read no prompt.
    """

    arrived_s: float
    ttft_p50_ms: float
    ttft_p99_ms: float
    tpot_p50_ms: float
    itl_p99_ms: float
    e2e_p99_ms: float
    cached: float
    kv_used: float
    preemptions: float
    running: float
    waiting: float
    longest_ms: float
    same_ms: float | None


def days(cause: Cause, seed: int) -> tuple[Day, Day]:
    """Yesterday, and today with this cause; the same seed gives the same days."""
    draw = random.Random(f"regression.{cause}:{seed}")
    lengths, rate, factor = _lengths(draw, seed), draw.uniform(3.4, 4.2), draw.uniform(1.45, 1.7)
    yesterday = _day(_asked(lengths, rate, seed), DAY, priced(_prices()))
    policy, cost, faster = DAY, priced(_prices()), 1.0
    match cause:
        case "no_chunking":
            policy = replace(DAY, chunked=False)
        case "prefix_lost":
            policy = replace(DAY, prefix_cache=False)
        case "batch_limit":
            policy = replace(DAY, max_seqs=draw.choice((6, 7)))
        case "kv_full":
            policy = replace(DAY, blocks=draw.choice((900, 1000)))
        case "straggler":
            cost = _slowed(cost, factor)
        case "more_load":
            faster = factor
    return yesterday, _day(_asked(lengths, rate * faster, seed), policy, cost)


def reading(day: Day) -> Reading:
    """The numbers of a day."""
    made, steps = served.summary(day.served), day.steps
    arrivals = [one.arrival_s for one in day.served]
    alike = [
        step.end_s - step.start_s for step in steps
        if len(step.work) in SAME and all(kind == "decode" for *_, kind in step.work)
    ]  # fmt: skip
    return Reading(
        arrived_s=(len(arrivals) - 1) / (max(arrivals) - min(arrivals)),
        ttft_p50_ms=_ms(made.ttft.p50), ttft_p99_ms=_ms(made.ttft.p99),
        tpot_p50_ms=_ms(made.tpot.p50), itl_p99_ms=_ms(made.itl.p99),
        e2e_p99_ms=_ms(made.e2e.p99),
        cached=100 * made.cached_share,
        kv_used=100 * max(step.blocks_used for step in steps) / day.blocks,
        preemptions=made.preemptions,
        running=max(step.running for step in steps),
        waiting=max(step.waiting for step in steps),
        longest_ms=_ms(max(step.end_s - step.start_s for step in steps)),
        same_ms=_ms(stats.median(alike)) if alike else None,
    )  # fmt: skip


def _lengths(draw: random.Random, seed: int) -> list[Arrival]:
    """Chats of a recording, one in sixteen with a document."""
    chats = [a for a in trace.bundled("conversation") if a.prompt <= 900 and 20 <= a.answer <= 150]
    return [
        replace(one, prompt=draw.randrange(*LONG)) if draw.random() < 1 / 16 else one
        for one in workload.drawn(chats, COUNT, seed)
    ]


def _asked(lengths: Sequence[Arrival], rate: float, seed: int) -> list[Request]:
    """The same requests in the same order, `rate` a second."""
    arrivals = workload.at_rate(lengths, rate, seed=seed)
    return workload.requests(arrivals, shared=SYSTEM, seed=seed)


def _day(asked: Sequence[Request], policy: Policy, cost: Cost) -> Day:
    done, steps = simulate(asked, policy, cost)
    return Day(done, steps, policy.blocks)


def _slowed(cost: Cost, factor: float) -> Cost:
    """Every step ends with its slowest rank."""
    return lambda plan: factor * cost(plan)


@cache
def _prices() -> step_time.StepPrices:
    wish = Wish(model=MODEL, device=DEVICE, cards=CARDS, software="server")
    return step_time.elsewhere(serving.deployment(wish))


def _ms(seconds: float | None) -> float:
    if seconds is None:
        raise ValueError("too few requests for a tail")
    return 1e3 * seconds
