"""Who holds which blocks, step by step: the scheduler alone, without a model and without a clock.

Room, unlike time, can be shown exactly by playing the schedule through: the same scheduler hands
out the same blocks, whatever the tokens are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lesson_core.schema.serving import Policy, Request
from lesson_core.serve.scheduler import Scheduler


@dataclass(frozen=True)
class Held:
    """The blocks of one running request, in the order of its tokens."""

    request: int
    tokens: int  # whose keys and values lie there
    table: tuple[int, ...]


@dataclass(frozen=True)
class Moment:
    """The pool after a step was planned."""

    held: tuple[Held, ...]
    waiting: int


def moments(requests: Sequence[Request], policy: Policy) -> list[Moment]:
    """One per step until all are served, every step a second long; arrivals are ignored."""
    scheduler = Scheduler(policy)
    for request in requests:
        scheduler.add(request)
    seen: list[Moment] = []
    while scheduler.busy:
        plan = scheduler.schedule(float(len(seen)))
        reached = {work.sequence.id: work.start + work.count for work in plan.work}
        held = tuple(
            Held(s.request.id, reached.get(s.id, s.computed), tuple(s.block_table))
            for s in scheduler.running
        )
        seen.append(Moment(held, len(scheduler.queue)))
        tokens = {work.sequence.id: 0 for work in plan.work if work.samples}
        scheduler.finish_step(plan, tokens, float(len(seen)))
    return seen
