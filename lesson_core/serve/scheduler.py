"""Who runs in the next step. The engine and the simulator drive this same object.

    plan = scheduler.schedule(now)            answers first, prompts with what is left
    tokens = … compute plan.work …
    scheduler.finish_step(plan, tokens, now)  a token each; who is done makes room

The best ranked sequence is never made to leave, so one always advances and everything ends.
"""

from bisect import insort
from collections.abc import Collection, Mapping

from lesson_core.errors import LabError
from lesson_core.schema.serving import Finish, Kind, Policy, Request
from lesson_core.serve.memory import Memory
from lesson_core.serve.queue import BY_RANK, Queue
from lesson_core.serve.request import Plan, Sequence, Work, check_possible, rank


class Scheduler:
    """The queue, the running sequences and their blocks."""

    def __init__(self, policy: Policy, eos_ids: Collection[int] = ()) -> None:
        self.policy = policy
        self.eos_ids = frozenset(eos_ids)
        self.queue = Queue(policy)
        self.running: list[Sequence] = []  # in the order of rank
        self.memory = Memory(policy)
        self.blocks = self.memory.blocks
        self._live: dict[int, list[Sequence]] = {}  # by request
        self._seats = policy.max_seqs  # free ones
        self._steps = self._made = 0

    def add(self, request: Request) -> None:
        """Queue a request; LabError("pool_too_small") if the pool can never hold it."""
        check_possible(request, self.policy)
        if request.id in self._live:
            raise LabError("request_known", id=request.id)
        self._live[request.id] = []
        self.queue.push(self._sequence(request, forks=request.samples - 1))

    def cancel(self, id: int) -> list[Sequence]:
        """Drop a request and what it held, between two steps. An unknown id is over already."""
        dropped = list(self._live.get(id, ()))
        for sequence in dropped:
            self._end(sequence, "cancelled")
        return dropped

    def schedule(self, now_s: float) -> Plan:
        """The next step: answers get a token each, prompts get what is left of the budget."""
        self._steps += 1
        self.memory.next_step()
        plan = Plan(self.policy.token_budget, self.policy.chunked, self.queue.open(now_s))
        if plan.chunked:
            self._decode(plan)
            self._prefill(plan, now_s)
        else:  # prompts enter whole, in steps of their own
            self._prefill(plan, now_s)
            if not plan.work:
                self._decode(plan)
        if plan.preempted and not plan.work:  # the only one left gave its blocks back: once more
            self._prefill(plan, now_s)
        return plan

    def finish_step(self, plan: Plan, tokens: Mapping[int, int], now_s: float) -> list[Sequence]:
        """Book what was computed and sampled ({sequence id: token}); returns who is done."""
        done = []
        for work in plan.work:
            sequence = work.sequence
            if sequence.status != "running":  # cancelled meanwhile
                continue
            sequence.computed += work.count
            self.memory.remember(sequence)
            if sequence.computed == len(sequence.tokens):
                sequence.tokens.append(tokens[sequence.id])
                sequence.token_s.append(now_s)
                if sequence.forks:
                    self._fork(sequence)
                if finish := sequence.reason_to_stop(self.eos_ids):
                    self._end(sequence, finish)
                    done.append(sequence)
        return done

    @property
    def busy(self) -> bool:
        """Whether anybody waits or runs."""
        return bool(self._live)

    @property
    def waiting(self) -> list[Sequence]:
        """Who is queued, the next first."""
        return self.queue.batch + self.queue.outside

    def _decode(self, plan: Plan) -> None:
        """A token for every answer that runs, best ranked first."""
        for sequence in list(self.running):
            if sequence.decoding and sequence.status == "running":
                self._plan(plan, sequence, 1)

    def _prefill(self, plan: Plan, now_s: float) -> None:
        """Prompts, begun or new, in the order of rank; nobody enters before who came before."""
        begun = [s for s in self.running if s.planned != self._steps and not s.decoding]
        closed = False
        for sequence in sorted([*begun, *self.queue.entrants(self._seats)], key=BY_RANK):
            if sequence.status == "waiting":
                closed = closed or not self._enter(plan, sequence, now_s)
            if sequence.status == "running" and (count := plan.share(sequence.missing)):
                self._plan(plan, sequence, count)

    def _enter(self, plan: Plan, sequence: Sequence, now_s: float) -> bool:
        """From the queue to the running, if there are seats, budget and blocks."""
        found = self.memory.match(sequence)
        new = sequence.missing - len(found) * self.policy.block_size
        seats = 1 + sequence.forks
        if seats > self._seats or not plan.share(new) or (plan.preempted and plan.work):
            return False
        if not self.memory.enter(sequence, found, plan):
            return False
        if sequence.start_s is None:
            sequence.start_s, sequence.cached_tokens = now_s, sequence.computed
        self.queue.remove(sequence)
        self._run(sequence)
        return True

    def _plan(self, plan: Plan, sequence: Sequence, count: int) -> None:
        """Compute `count` tokens of it; for blocks it lacks, worse ranked ones must leave."""
        while not self.memory.grow(sequence, count, plan):
            victim = self._victim(plan, sequence)
            if victim:
                self._preempt(plan, victim)
            if victim in (None, sequence):  # without one it waits where it is
                return
        kind: Kind = "decode" if sequence.decoding else "prefill"
        plan.work.append(Work(sequence, sequence.computed, count, kind))
        plan.budget -= count
        sequence.planned = self._steps

    def _victim(self, plan: Plan, sequence: Sequence) -> Sequence | None:
        """The worst ranked that this step does not use yet; itself only if nothing else runs."""
        for other in reversed(self.running):
            if other is sequence:
                return None if plan.work else sequence
            if other.planned != self._steps:
                return other
        raise AssertionError("it runs")

    def _preempt(self, plan: Plan, victim: Sequence) -> None:
        """Back to the queue, at its old rank: its blocks go to the host or are forgotten."""
        if self.policy.preemption == "swap" and victim.computed:
            self.memory.swap_out(victim, plan)
        else:
            self.memory.leave(victim)
        victim.preemptions += 1
        self._stop(victim)
        self.queue.push(victim)
        plan.preempted.append(victim)

    def _fork(self, sequence: Sequence) -> None:
        """Once the prompt is computed, the other answers begin on the same blocks."""
        samples, sequence.forks = sequence.forks, 0
        self._seats += samples  # kept free for them
        for sample in range(1, samples + 1):
            child = self._sequence(sequence.request, sample=sample)
            child.start_s, child.cached_tokens = sequence.start_s, sequence.cached_tokens
            self.memory.fork(sequence, child)
            self._run(child)

    def _sequence(self, request: Request, *, sample: int = 0, forks: int = 0) -> Sequence:
        self._made += 1
        made = Sequence(
            id=self._made, request=request, rank=rank(request, self.policy, sample),
            sample=sample, forks=forks, tokens=list(request.prompt),
        )  # fmt: skip
        self._live[request.id].append(made)
        return made

    def _run(self, sequence: Sequence) -> None:
        insort(self.running, sequence, key=BY_RANK)
        sequence.status = "running"
        self._seats -= 1 + sequence.forks

    def _stop(self, sequence: Sequence) -> None:
        self.running.remove(sequence)
        sequence.status = "waiting"
        self._seats += 1 + sequence.forks

    def _end(self, sequence: Sequence, finish: Finish) -> None:
        if sequence.status == "running":
            self._stop(sequence)
        else:
            self.queue.remove(sequence)
        self.memory.leave(sequence)
        sequence.status, sequence.finish = "finished", finish
        self._live[sequence.request.id].remove(sequence)
        if not self._live[sequence.request.id]:
            del self._live[sequence.request.id]
            self.queue.over(sequence.request.id)
