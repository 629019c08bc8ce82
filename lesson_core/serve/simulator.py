"""The engine without its model: the same scheduler, and a clock that a formula moves on.

Discrete events: a step begins when the last one ends, and takes as long as the cost model says for
exactly that work (`theory.step_time`). Arrivals join the queue between steps, as they do there.
"""

from collections.abc import Callable, Iterable

from lesson_core.errors import LabError
from lesson_core.schema.serving import Policy, Request, Served, StepRecord
from lesson_core.serve.log import refused, step_record
from lesson_core.serve.request import Plan
from lesson_core.serve.scheduler import Scheduler
from lesson_core.theory.step_time import StepLoad, StepPrices

Cost = Callable[[Plan], float]
"""Seconds that a step takes."""


class Anything(dict[int, int]):
    """Stands for the tokens of a step: what they are does not matter, only that they differ."""

    def __missing__(self, sequence_id: int) -> int:
        return -sequence_id


def simulate(
    requests: Iterable[Request], policy: Policy, cost: Cost, *, keep_steps: bool = True
) -> tuple[list[Served], list[StepRecord]]:
    """The log of serving these requests; without `keep_steps` only what came of each."""
    scheduler, tokens, now = Scheduler(policy), Anything(), 0.0
    coming = sorted(requests, key=lambda request: request.arrival_s, reverse=True)
    served: list[Served] = []
    steps: list[StepRecord] = []
    while coming or scheduler.busy:
        while coming and coming[-1].arrival_s <= now:
            served += _add(scheduler, coming.pop())
        plan = scheduler.schedule(now)
        if plan.work:
            start, now = now, now + cost(plan)
            if keep_steps:
                steps.append(step_record(scheduler, plan, start, now))
            served += [done.served() for done in scheduler.finish_step(plan, tokens, now)]
        else:  # a window is open, or nobody is there
            events = [request.arrival_s for request in coming[-1:]]
            now = min(events if plan.wait_until is None else [*events, plan.wait_until])
    return served, steps


def priced(prices: StepPrices) -> Cost:
    """The cost model of a machine as the simulator asks for it."""
    return lambda plan: prices.seconds(load(plan))


def load(plan: Plan) -> StepLoad:
    """What the work of a plan amounts to."""
    rows = prompts = context = pairs = 0
    for work in plan.work:
        count, end = work.count, work.start + work.count
        rows += count
        if work.kind == "decode":
            context += end
        else:
            prompts += 1
            pairs += count * end - count * (count - 1) // 2
    moved = len(plan.swap_out) + len(plan.copies) + len(plan.swap_in)
    return StepLoad(
        rows=rows,
        sequences=len(plan.work),
        prompts=prompts,
        context=context,
        pairs=pairs,
        moved=moved,
    )


def _add(scheduler: Scheduler, request: Request) -> list[Served]:
    """Queue it; who can never fit is refused at once, and logged so."""
    try:
        scheduler.add(request)
    except LabError:
        return [refused(request)]
    return []
