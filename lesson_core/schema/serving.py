"""The words of the serving lab: who asks for what, under which rules, and what came of it.

The engine and the simulator read the same `Policy` and `Request` and write the same log, a list
of `Served` and a list of `StepRecord`; a page draws either without asking which it was.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from lesson_core.errors import LabError
from lesson_core.schema.checks import check_range
from lesson_core.schema.sampling import Sampling

Batching = Literal["static", "dynamic", "continuous"]
Order = Literal["fcfs", "shortest", "priority"]
Preemption = Literal["recompute", "swap"]
Finish = Literal["length", "stop", "cancelled", "refused"]
Kind = Literal["prefill", "decode"]
WorkRecord = tuple[int, int, int, Kind]
"""(request id, first position, number of tokens, kind): what one step did for one sequence."""

MOST_TOKENS = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The rules of a server.

    `order` is a virtual arrival time, so that nobody waits for ever: "shortest" puts a request
    back by `patience_s` per 1,000 tokens of its prompt, "priority" brings it forward by
    `patience_s` per level (a larger `priority` is more urgent).
    """

    batching: Batching = "continuous"
    max_seqs: int = 16
    token_budget: int = 512  # new tokens per step
    chunked: bool = True  # a prompt may be split; False: whole, in steps without decodes
    window_s: float = 0.0  # dynamic: wait this long for a batch to fill
    order: Order = "fcfs"
    patience_s: float = 10.0
    preemption: Preemption = "recompute"
    block_size: int = 16  # tokens per block
    blocks: int = 1024  # of the whole KV pool
    prefix_cache: bool = False

    def __post_init__(self) -> None:
        _check_choice("batching", self.batching, get_args(Batching))
        _check_choice("order", self.order, get_args(Order))
        _check_choice("preemption", self.preemption, get_args(Preemption))
        check_range("max_seqs", self.max_seqs, 1, 100_000)
        check_range("token_budget", self.token_budget, 1, MOST_TOKENS)
        check_range("window_s", self.window_s, 0, 3600)
        check_range("patience_s", self.patience_s, 0, 86_400)
        check_range("block_size", self.block_size, 1, 4096)
        check_range("blocks", self.blocks, 1, MOST_TOKENS)
        if self.token_budget < self.max_seqs:  # every running answer gets its token in each step
            raise LabError("budget_too_small", budget=self.token_budget, seqs=self.max_seqs)


@dataclass(frozen=True, kw_only=True)
class Request:
    """A prompt of token ids and how many tokens to answer with, `samples` times."""

    id: int
    prompt: tuple[int, ...]
    new_tokens: int
    arrival_s: float = 0.0
    priority: int = 0
    samples: int = 1  # answers to one prompt; they share its blocks until they write
    sampling: Sampling | None = None  # None: greedy
    ignore_eos: bool = False

    def __post_init__(self) -> None:
        if not self.prompt:
            raise LabError("prompt_empty")
        check_range("new_tokens", self.new_tokens, 1, MOST_TOKENS)
        check_range("arrival_s", self.arrival_s, 0, 1e12)
        check_range("samples", self.samples, 1, 1024)


@dataclass(frozen=True, kw_only=True)
class Served:
    """What came of one answer; times in seconds from the run's zero."""

    id: int  # of the request
    arrival_s: float
    start_s: float | None  # when it was first scheduled
    token_s: tuple[float, ...]  # when each token was there
    prompt_len: int
    cached_tokens: int  # of the prompt, found in the prefix cache
    preemptions: int
    finish: Finish
    sample: int = 0


@dataclass(frozen=True, kw_only=True)
class StepRecord:
    """One step of the engine: what it worked on, and what the server looked like after planning."""

    start_s: float
    end_s: float
    work: tuple[WorkRecord, ...]
    blocks_used: int
    waiting: int
    running: int
    swapped_blocks: int


def _check_choice(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise LabError("choice_unknown", name=name, value=value, known=", ".join(known))
