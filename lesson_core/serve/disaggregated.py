"""Prefill on one machine, decode on another: the simulator twice, and a wire in between.

The first machine computes prompts and their first token. Keys and values then travel, one prompt
after another, and the request enters the decoding machine as one whose prompt is computed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from lesson_core.schema.serving import MOST_TOKENS, Policy, Request, Served, StepRecord, WorkRecord
from lesson_core.serve.request import Plan, Work
from lesson_core.serve.simulator import Cost, priced, simulate
from lesson_core.theory.step_time import StepPrices, load_of

Log = tuple[list[Served], list[StepRecord]]


def arrived(prices: StepPrices, ids: Iterable[int]) -> Cost:
    """Steps in which the prompts of these requests cost nothing, the first time: they are there.

    Of such a prompt only the last token is computed, like one of an answer.
    """
    there = set(ids)

    def record(work: Work) -> WorkRecord:
        id, end = work.sequence.request.id, work.start + work.count
        if work.kind == "prefill" and id in there:
            there.remove(id)  # preempted, it would have to be computed like any other
            return id, end - 1, 1, "decode"
        return id, work.start, work.count, work.kind

    def seconds(plan: Plan) -> float:
        return prices.seconds(load_of([record(work) for work in plan.work]))

    return seconds


def apart(
    requests: Sequence[Request],
    policy: Policy,
    prices: StepPrices,
    travel_s: Callable[[int], float],
) -> tuple[list[Served], Log]:
    """Every answer, its first token from the first machine; and the second machine's own log.

    `travel_s` tells how long the keys and values of a prompt of so many tokens take.
    """
    whole = replace(policy, chunked=False)
    read, _ = simulate([replace(r, new_tokens=1) for r in requests], whole, priced(prices))
    first = {one.id: one for one in read if one.token_s}
    moved = list(_moved(requests, first, travel_s))
    roomy = replace(policy, chunked=True, token_budget=MOST_TOKENS)
    log = simulate(moved, roomy, arrived(prices, (request.id for request in moved)))
    rest = {one.id: one for one in log[0]}
    return [_joined(one, rest.get(one.id)) for one in read], log


def together(
    requests: Sequence[Request], machines: int, policy: Policy, prices: StepPrices
) -> list[Served]:
    """The same requests dealt out in turn to machines that each do both."""
    logs = [simulate(requests[i::machines], policy, priced(prices))[0] for i in range(machines)]
    return [one for served in logs for one in served]


def _moved(
    requests: Iterable[Request], first: dict[int, Served], travel_s: Callable[[int], float]
) -> Iterable[Request]:
    """Who has tokens left to write, arriving when the wire has brought the prompt."""
    wire_free = 0.0
    going = [r for r in requests if r.id in first and r.new_tokens > 1]
    for request in sorted(going, key=lambda r: first[r.id].token_s[0]):
        wire_free = max(wire_free, first[request.id].token_s[0]) + travel_s(len(request.prompt))
        yield replace(
            request, arrival_s=wire_free, prompt=(*request.prompt, 0),
            new_tokens=request.new_tokens - 1,
        )  # fmt: skip


def _joined(read: Served, rest: Served | None) -> Served:
    if rest is None:
        return read
    return replace(
        read, token_s=read.token_s + rest.token_s, finish=rest.finish,
        preemptions=read.preemptions + rest.preemptions,
    )  # fmt: skip
