"""A request inside the engine: which tokens it has, how far they are computed, where they lie."""

from collections.abc import Collection
from collections.abc import Sequence as Tokens
from dataclasses import dataclass, field
from typing import Literal

from lesson_core.errors import LabError
from lesson_core.schema.serving import Finish, Kind, Policy, Request, Served
from lesson_core.serve.prefix import Node

Status = Literal["waiting", "running", "finished"]
Rank = tuple[float, int, int]


@dataclass(eq=False, slots=True)
class Sequence:
    """One answer in the making. KV of `tokens[:computed]` lies in the blocks of `block_table`."""

    id: int
    request: Request
    rank: Rank  # the smaller goes first
    sample: int = 0
    forks: int = 0  # further answers to split off once the prompt is computed
    tokens: list[int] = field(default_factory=list)  # prompt + answer
    computed: int = 0
    block_table: list[int] = field(default_factory=list)
    path: list[Node] = field(default_factory=list)  # its full blocks in the prefix tree
    host_slots: list[int] = field(default_factory=list)  # where its blocks lie while swapped out
    status: Status = "waiting"
    finish: Finish | None = None
    cached_tokens: int = 0
    preemptions: int = 0
    start_s: float | None = None
    token_s: list[float] = field(default_factory=list)
    planned: int = -1  # the last step it was part of

    @property
    def prompt_len(self) -> int:
        """Tokens of the prompt."""
        return len(self.request.prompt)

    @property
    def answer(self) -> Tokens[int]:
        """Tokens generated so far."""
        return self.tokens[self.prompt_len :]

    @property
    def missing(self) -> int:
        """Tokens it has that are not computed."""
        return len(self.tokens) - self.computed

    @property
    def decoding(self) -> bool:
        """Whether all but the newest token of its answer is computed."""
        return self.computed == len(self.tokens) - 1 and bool(self.token_s)

    def reason_to_stop(self, eos_ids: Collection[int]) -> Finish | None:
        """Whether its newest token is the last."""
        if self.tokens[-1] in eos_ids and not self.request.ignore_eos:
            return "stop"
        return "length" if len(self.token_s) == self.request.new_tokens else None

    def served(self) -> Served:
        """Its line in the log."""
        return Served(
            id=self.request.id, sample=self.sample, arrival_s=self.request.arrival_s,
            start_s=self.start_s, token_s=tuple(self.token_s), prompt_len=self.prompt_len,
            cached_tokens=self.cached_tokens, preemptions=self.preemptions,
            finish=self.finish or "cancelled",
        )  # fmt: skip


def rank(request: Request, policy: Policy, sample: int = 0) -> Rank:
    """Its place in the queue: a virtual arrival time, then the order of asking.

    Only a request that arrives within a bounded time after another can overtake it: in a queue
    ordered like this nobody starves, however many short or urgent requests keep coming.
    """
    behind = {
        "fcfs": 0.0,
        "shortest": policy.patience_s * len(request.prompt) / 1000,
        "priority": -policy.patience_s * request.priority,
    }
    return request.arrival_s + behind[policy.order], request.id, sample


def blocks_for(tokens: int, block_size: int) -> int:
    """Blocks that hold so many tokens."""
    return -(-tokens // block_size)


def check_possible(request: Request, policy: Policy) -> None:
    """LabError if not even an empty server could serve it."""
    tokens = len(request.prompt) + request.new_tokens - 1  # the last one is never read
    if blocks_for(tokens, policy.block_size) > policy.blocks:
        limit = policy.blocks * policy.block_size + 1
        raise LabError("pool_too_small", tokens=tokens + 1, limit=limit)
    if request.samples > policy.max_seqs:
        raise LabError("too_many_samples", samples=request.samples, limit=policy.max_seqs)


@dataclass(slots=True)
class Work:
    """Compute `sequence.tokens[start : start + count]`; at its end the next token is sampled."""

    sequence: Sequence
    start: int
    count: int
    kind: Kind = "prefill"  # decode computes what was just generated, prefill what is given

    @property
    def samples(self) -> bool:
        """Whether this step brings a token: nothing known is left to compute."""
        return self.start + self.count == len(self.sequence.tokens)


@dataclass(slots=True)
class Plan:
    """One step. The memory moves come first, in this order: out, copies, in; then the work."""

    budget: int  # tokens that it can still take
    chunked: bool
    wait_until: float | None = None  # nothing may run before (a dynamic batch still fills)
    work: list[Work] = field(default_factory=list)
    swap_out: list[tuple[int, int]] = field(default_factory=list)  # (block, host slot)
    copies: list[tuple[int, int]] = field(default_factory=list)  # (from block, to block)
    swap_in: list[tuple[int, int]] = field(default_factory=list)  # (block, host slot)
    preempted: list[Sequence] = field(default_factory=list)

    def share(self, missing: int) -> int:
        """Of a prompt, for this step; a whole prompt may exceed the budget, but only alone."""
        if self.chunked:
            return min(missing, self.budget)
        return missing if missing <= self.budget or not self.work else 0
