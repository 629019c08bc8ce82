"""The engine: requests in, tokens out, many answers in every pass over the weights.

`step` is continuous batching in four lines: plan who runs, run them together, draw a token for
each that has read all it knows, and book the result. Who runs is the scheduler's business, where
keys and values lie the pool's, and how the pass is computed that of the step chosen here.
"""

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from lesson_core.clock import Clock, now
from lesson_core.errors import LabError
from lesson_core.generate.sample import Sampler
from lesson_core.model.transformer import Transformer
from lesson_core.schema.serving import Finish, Policy, Request, Served, StepRecord
from lesson_core.serve.log import step_record
from lesson_core.serve.paged import Gathered, KVPool
from lesson_core.serve.request import Plan, Sequence, Work
from lesson_core.serve.scheduler import Scheduler
from lesson_core.speed.fused import FusedStep
from lesson_core.speed.paged import LANES, PagedStep, Rows

NAP_S = 0.002  # with nothing to do a step takes this long at most: requests may come in meanwhile


@dataclass(slots=True)
class StepOutput:
    """A token of one answer. `finish` is None while more will come."""

    id: int
    sample: int
    token_id: int
    finish: Finish | None


class Engine:
    """Serves `model` under `policy`. Times are seconds of `clock` since it was made.

    A model built with the fused step runs on the compiled paged step, any other on the plain twin.
    """

    def __init__(
        self, model: Transformer, policy: Policy, eos_ids: Collection[int] = (), clock: Clock = now
    ) -> None:
        self.model = model
        self.scheduler = Scheduler(policy, eos_ids)
        self.served: list[Served] = []
        self.steps: list[StepRecord] = []
        self._clock, self._zero = clock, clock()
        self._samplers: dict[int, Sampler] = {}  # by sequence
        self.pool, self._forward = _forward(model, policy)

    def add(self, request: Request) -> None:
        """Queue a request; LabError("prompt_too_long") where it can never fit."""
        tokens, limit = len(request.prompt) + request.new_tokens - 1, self.model.config.max_seq_len
        if tokens > limit:  # the last token is never read
            raise LabError("prompt_too_long", tokens=tokens + 1, limit=limit + 1)
        self.scheduler.add(request)

    def cancel(self, id: int) -> None:
        """Drop a request; what is over already stays as it is."""
        self._end(self.scheduler.cancel(id))

    def step(self) -> list[StepOutput]:
        """One pass: a token for every answer under way, and pieces of prompts beside them."""
        start_s = self.now()
        plan = self.scheduler.schedule(start_s)
        tokens = self._sample(plan.work, self._run(plan))
        return self._finish(plan, tokens, start_s)

    @property
    def compiled(self) -> bool:
        """Whether the step is the compiled one, not its plain twin."""
        return not isinstance(self._forward, Gathered)

    @property
    def busy(self) -> bool:
        """Whether any request waits or runs."""
        return self.scheduler.busy

    @property
    def log(self) -> tuple[list[Served], list[StepRecord]]:
        """What came of the requests that have ended, and every step so far."""
        return self.served, self.steps

    def now(self) -> float:
        """Seconds since the engine was made."""
        return self._clock() - self._zero

    def drain(self) -> list[StepOutput]:
        """Step until nothing is left."""
        outputs: list[StepOutput] = []
        while self.busy:
            outputs += self.step()
        return outputs

    def _run(self, plan: Plan) -> Tensor:
        """The model over the work of a step: logits of those who sample, [n, vocab_size]."""
        self.pool.move(plan)
        if not plan.work:
            time.sleep(NAP_S)
        return self._forward([_rows(work) for work in plan.work])

    def _sample(self, work: list[Work], logits: Tensor) -> dict[int, int]:
        """A token per sequence that has read all it has."""
        ends = [w.sequence for w in work if w.samples]
        likeliest = logits.argmax(dim=-1).tolist() if ends else []
        return {
            sequence.id: token if sequence.request.sampling is None else self._draw(sequence, row)
            for sequence, token, row in zip(ends, likeliest, logits, strict=True)
        }

    def _draw(self, sequence: Sequence, logits: Tensor) -> int:
        """From the law of its request; every further sample has a seed of its own."""
        sampling = sequence.request.sampling
        assert sampling is not None
        if sequence.id not in self._samplers:
            seed = sampling.seed + sequence.sample
            self._samplers[sequence.id] = Sampler(replace(sampling, seed=seed))
        return self._samplers[sequence.id](logits)

    def _finish(self, plan: Plan, tokens: dict[int, int], start_s: float) -> list[StepOutput]:
        """Book the step, tell the tokens."""
        end_s = self.now()
        if plan.work:
            self.steps.append(step_record(self.scheduler, plan, start_s, end_s))
        self._end(self.scheduler.finish_step(plan, tokens, end_s))
        told = (w.sequence for w in plan.work if w.sequence.id in tokens)
        return [StepOutput(s.request.id, s.sample, tokens[s.id], s.finish) for s in told]

    def _end(self, sequences: Iterable[Sequence]) -> None:
        for sequence in sequences:
            self.served.append(sequence.served())
            self._samplers.pop(sequence.id, None)


def run(
    engine: Engine, requests: Iterable[Request], cancelled: Callable[[], bool] = lambda: False
) -> list[StepOutput]:
    """Hand in each request at its arrival, by the engine's clock, until all are answered.

    One that can never fit is refused: it gets a line in the log and no token.
    """
    outputs: list[StepOutput] = []
    coming = sorted(requests, key=lambda request: request.arrival_s, reverse=True)
    while (coming or engine.busy) and not cancelled():
        while coming and coming[-1].arrival_s <= engine.now():
            _add_or_refuse(engine, coming.pop())
        if engine.busy:
            outputs += engine.step()
        else:
            time.sleep(min(NAP_S, max(0.0, coming[-1].arrival_s - engine.now())))
    return outputs


def _add_or_refuse(engine: Engine, request: Request) -> None:
    try:
        engine.add(request)
    except LabError:
        engine.served.append(Served(
            id=request.id, arrival_s=request.arrival_s, start_s=None, token_s=(),
            prompt_len=len(request.prompt), cached_tokens=0, preemptions=0, finish="refused",
        ))  # fmt: skip


def _rows(work: Work) -> Rows:
    """The new tokens of one sequence in this step."""
    sequence, end = work.sequence, work.start + work.count
    return Rows(sequence.tokens[work.start : end], work.start, sequence.block_table, work.samples)


def _forward(model: Transformer, policy: Policy) -> tuple[KVPool, Callable[[list[Rows]], Tensor]]:
    """The pool and the pass over it: compiled where the model has a fused step, plain elsewhere."""
    fused = model.decode_step
    if isinstance(fused, FusedStep) and policy.block_size % LANES == 0:
        step = PagedStep(fused)
        like = torch.empty(0, dtype=step.dtype)
        pool = KVPool(model.config, policy.blocks, policy.block_size, like)
        return pool, lambda batch: step(batch, pool.room)
    pool = KVPool(model.config, policy.blocks, policy.block_size, model.embedding.weight)
    return pool, Gathered(model, pool)
