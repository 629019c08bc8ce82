"""The log that engine and simulator both write."""

from lesson_core.schema.serving import Request, Served, StepRecord
from lesson_core.serve.request import Plan
from lesson_core.serve.scheduler import Scheduler


def step_record(scheduler: Scheduler, plan: Plan, start_s: float, end_s: float) -> StepRecord:
    """One step as it was planned: to be asked before `finish_step`."""
    return StepRecord(
        start_s=start_s, end_s=end_s, blocks_used=scheduler.blocks.used,
        work=tuple((w.sequence.request.id, w.start, w.count, w.kind) for w in plan.work),
        waiting=len(scheduler.queue), running=len(scheduler.running),
        swapped_blocks=scheduler.memory.swapped_blocks,
    )  # fmt: skip


def refused(request: Request) -> Served:
    """The line of a request that could never fit."""
    return Served(
        id=request.id, arrival_s=request.arrival_s, start_s=None, token_s=(),
        prompt_len=len(request.prompt), cached_tokens=0, preemptions=0, finish="refused",
    )  # fmt: skip
