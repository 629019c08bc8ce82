"""A model without weights: the next token is a hash of what is visible through the block table.

The "keys and values" of a position are a hash of the token and of all before it, read from the
pool. So a block freed too early, written while shared, matched by half or lost on its way to the
host changes the answer, and equal answers say that the bookkeeping was right, by content.
"""

from collections.abc import Callable, Iterable

from lesson_core.errors import LabError
from lesson_core.schema.serving import Request, Served
from lesson_core.serve.request import Plan, Sequence, Work
from lesson_core.serve.scheduler import Scheduler

VOCAB = 3  # few, so that random prompts share beginnings
MASK = (1 << 61) - 1


def entry(before: int, token: int) -> int:
    """What a position holds: it depends on all tokens up to it."""
    return (before * 1_000_003 + token + 7) * 0x9E3779B97F4A7C15 & MASK


def sampled(visible: Iterable[int], sample: int) -> int:
    """The next token of one answer, from every position."""
    return (sum(visible) + sample) % 1_000_033 % VOCAB


def alone(request: Request, sample: int = 0, eos_ids: Iterable[int] = ()) -> list[int]:
    """The answer to a request that has the machine for itself."""
    entries: list[int] = []
    for token in request.prompt:
        entries.append(entry(entries[-1] if entries else 0, token))
    answer: list[int] = []
    while len(answer) < request.new_tokens and not (answer and answer[-1] in eos_ids):
        if answer:
            entries.append(entry(entries[-1], answer[-1]))
        answer.append(sampled(entries, sample))
    return answer


class Machine:
    """Blocks with content, and the host's slots."""

    def __init__(self, scheduler: Scheduler) -> None:
        policy = scheduler.policy
        self.scheduler = scheduler
        self.size = policy.block_size
        self.pool = [[0] * policy.block_size for _ in range(policy.blocks)]
        self.host: dict[int, list[int]] = {}

    def compute(self, plan: Plan) -> dict[int, int]:
        """Do what the plan says, in its order; all writes come before all reads of the sums."""
        for block, slot in plan.swap_out:
            self.host[slot] = list(self.pool[block])
        for source, target in plan.copies:
            self.pool[target] = list(self.pool[source])
        for block, slot in plan.swap_in:
            self.pool[block] = self.host.pop(slot)
        for work in plan.work:
            self._write(work)
        return {
            work.sequence.id: sampled(self._visible(work), work.sequence.sample)
            for work in plan.work
            if work.samples
        }

    def _write(self, work: Work) -> None:
        table, size = work.sequence.block_table, self.size
        for at in range(work.start, work.start + work.count):
            before = self.pool[table[(at - 1) // size]][(at - 1) % size] if at else 0
            self.pool[table[at // size]][at % size] = entry(before, work.sequence.tokens[at])

    def _visible(self, work: Work) -> list[int]:
        end = work.start + work.count
        held = [value for block in work.sequence.block_table for value in self.pool[block]]
        return held[:end]


def serve(
    scheduler: Scheduler,
    requests: Iterable[Request],
    *,
    step_s: float = 0.01,
    look: Callable[[Scheduler, Plan], None] = lambda scheduler, plan: None,
    most_steps: int = 20_000,
) -> list[Sequence]:
    """Everything to the end, in arrival order; AssertionError where it stops making progress."""
    machine, now = Machine(scheduler), 0.0
    coming = sorted(requests, key=lambda request: request.arrival_s)
    done: list[Sequence] = []
    for _ in range(most_steps):
        while coming and coming[0].arrival_s <= now:
            scheduler.add(coming.pop(0))
        if not coming and not scheduler.busy:
            return done
        plan = scheduler.schedule(now)
        look(scheduler, plan)
        if plan.work:
            tokens = machine.compute(plan)
            now += step_s
            done += scheduler.finish_step(plan, tokens, now)
        else:
            later = [request.arrival_s for request in coming[:1]]
            later += [] if plan.wait_until is None else [plan.wait_until]
            assert later, "somebody waits, and nothing will ever happen"
            now = max(now, min(later))
    raise AssertionError("it does not end")


def wrong_answers(done: Iterable[Sequence], eos_ids: Iterable[int] = ()) -> list[Served]:
    """Who got other tokens than alone."""
    return [s.served() for s in done if s.answer != alone(s.request, s.sample, eos_ids)]


def books_balance(scheduler: Scheduler) -> None:
    """Every block is held by exactly the tables that name it, or free, or cached."""
    blocks, tree = scheduler.blocks, scheduler.memory.tree
    waiting, running = scheduler.waiting, scheduler.running
    held = [block for sequence in running for block in sequence.block_table]
    assert blocks.references == [held.count(block) for block in range(blocks.size)]
    assert blocks.used == len(set(held))
    assert not any(sequence.block_table for sequence in waiting)
    assert blocks.used + blocks.free + blocks.cached == blocks.size
    assert len(set(blocks._free)) == blocks.free and not set(blocks._free) & set(blocks._unused)
    assert set(blocks._unused) == {b for b in tree.nodes if not blocks.references[b]}
    for sequence in running:
        size = scheduler.policy.block_size
        assert len(sequence.block_table) * size >= sequence.computed
        assert [node.block for node in sequence.path] == sequence.block_table[: len(sequence.path)]
        spelled = [token for node in sequence.path for token in node.tokens]
        assert spelled == sequence.tokens[: len(spelled)]
    slots = [slot for sequence in waiting for slot in sequence.host_slots]
    assert len(slots) == len(set(slots)) == scheduler.memory.swapped_blocks
    seats = sum(1 + sequence.forks for sequence in running)
    assert 0 <= scheduler._seats == scheduler.policy.max_seqs - seats
    assert [s.rank for s in running] == sorted(s.rank for s in running)
    everyone = {s.id for ones in scheduler._live.values() for s in ones}
    assert len(waiting) + len(running) == len(everyone)
    assert everyone == {s.id for s in [*waiting, *running]}


def refused(scheduler: Scheduler, request: Request) -> str:
    """The code of the error that `add` raises; empty if it takes the request."""
    try:
        scheduler.add(request)
    except LabError as error:
        return error.code
    return ""
