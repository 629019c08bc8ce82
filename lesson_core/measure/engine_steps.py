"""Time an engine's steps on a handful of mixtures, to fit `theory.step_time` to this machine.

A step's time does not depend on what the tokens are, nor on what the keys and values of earlier
ones are. So a sequence with 400 tokens behind it need not read them first: it is told that they
are computed, and the step looks back at whatever lies in its blocks.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median

from lesson_core.clock import now
from lesson_core.model.transformer import Transformer
from lesson_core.schema.serving import Policy, Request
from lesson_core.serve.engine import Engine
from lesson_core.serve.request import Plan, blocks_for
from lesson_core.theory import step_time
from lesson_core.theory.step_time import KNOTS, StepLoad, StepPrices

BEGUN = 3  # the step that is timed is the third of its answers


@dataclass(frozen=True, kw_only=True)
class Mixture:
    """One step: answers with so many tokens behind each, and pieces of prompts."""

    answers: int = 0
    behind: int = 0  # tokens before each answer's newest
    chunk: int = 0  # tokens of prompts, together
    before: int = 0  # tokens of a prompt computed earlier
    prompts: int = 0  # among how many the chunk is divided

    @property
    def load(self) -> StepLoad:
        """What the timed step has of each thing that costs time."""
        return StepLoad(
            rows=self.answers + self.chunk, sequences=self.answers + self.prompts,
            prompts=self.prompts, context=self.answers * (self.behind + BEGUN),
            pairs=sum(step_time.prompt_pairs(self.before, count) for count in self.pieces),
        )  # fmt: skip

    @property
    def pieces(self) -> list[int]:
        """Tokens of each prompt."""
        return [
            self.chunk * (i + 1) // self.prompts - self.chunk * i // self.prompts
            for i in range(self.prompts)
        ]


def mixtures(max_seqs: int, token_budget: int, limit: int) -> list[Mixture]:
    """What is timed: answers alone, prompts alone, both; with little and with much behind them.

    `limit` is the longest sequence.
    """
    far = limit // 2
    batches = [knot for knot in KNOTS if knot < max_seqs] + [max_seqs]
    chunks = [knot for knot in KNOTS if 8 <= knot < min(token_budget, far)] + [
        min(token_budget, far)
    ]
    few, many = max(1, max_seqs // 4), max_seqs
    alone = [Mixture(answers=n, behind=behind) for n in batches for behind in (32, far)]
    prompts = [
        Mixture(chunk=chunk, before=before, prompts=1)
        for chunk in chunks
        for before in (0, far - 1)
    ]
    both = [
        Mixture(answers=n, behind=64, chunk=min(chunk, token_budget - n), prompts=parts)
        for n in (few, many)
        for chunk, parts in ((chunks[-1] // 16, 1), (chunks[-1] // 4, 1), (chunks[-1], 1),
                             (chunks[-1], 3))
        if chunk >= parts and token_budget - n >= parts
    ]  # fmt: skip
    return alone + prompts + both


class Calibration:
    """Rounds over all mixtures on one engine; more rounds, surer medians."""

    def __init__(self, model: Transformer, policy: Policy, longest: int = 1024) -> None:
        limit = min(longest, model.config.max_seq_len)
        self.samples: dict[Mixture, list[float]] = {
            mixture: [] for mixture in mixtures(policy.max_seqs, policy.token_budget, limit)
        }
        needed = (policy.max_seqs + 3) * (blocks_for(limit, policy.block_size) + 1)
        self.engine = Engine(model, replace(
            policy, blocks=needed, batching="continuous", chunked=True, prefix_cache=False,
            max_seqs=policy.max_seqs + 3, token_budget=policy.token_budget + policy.max_seqs + 3,
        ))  # fmt: skip

    def round(self) -> None:
        """Time every mixture once."""
        for mixture, samples in self.samples.items():
            samples.append(step_seconds(self.engine, mixture))

    def fitted(self, rounds: slice = slice(None)) -> tuple[StepPrices, list[float]]:
        """Prices of this engine's steps, and how far each mixture lies off them (relative)."""
        loads = [mixture.load for mixture in self.samples]
        seconds = [median(samples[rounds]) for samples in self.samples.values()]
        prices = step_time.fit(loads, seconds, moved=move_seconds(self.engine))
        return prices, step_time.errors(prices, loads, seconds)


def calibrate(
    model: Transformer, policy: Policy, *, longest: int = 1024, rounds: int = 5,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[StepPrices, list[float]]:  # fmt: skip
    """A few rounds at once; `tell` hears how many are done."""
    calibration = Calibration(model, policy, longest)
    for done in range(rounds):
        calibration.round()
        tell(done + 1, rounds)
    return calibration.fitted()


def step_seconds(engine: Engine, mixture: Mixture) -> float:
    """One step of that mixture, after two in which its answers get going.

    Answers alone are timed three steps running: there they come in rows, and what one step leaves
    in the processor's caches the next one finds.
    """
    ids, seconds = range(mixture.answers), []
    for id in ids:
        _pretend(engine, id, mixture.behind + 1, mixture.behind, 8)
    for _ in range(BEGUN - 1 if mixture.answers else 0):
        engine.step()
    for i, count in enumerate(mixture.pieces):
        _pretend(engine, mixture.answers + i, mixture.before + count, mixture.before, 1)
    for _ in range(1 if mixture.prompts else 3):
        start = now()
        engine.step()
        seconds.append(now() - start)
    for id in ids:
        engine.cancel(id)
    return median(seconds)


def move_seconds(engine: Engine, blocks: int = 32) -> float:
    """Per block that goes to the host and back."""
    moves = [(block, block) for block in range(min(blocks, engine.scheduler.policy.blocks))]
    plan = Plan(budget=0, chunked=True, swap_out=moves, swap_in=list(moves))
    start = now()
    engine.pool.move(plan)
    return (now() - start) / (2 * len(moves))


def _pretend(engine: Engine, id: int, tokens: int, computed: int, new_tokens: int) -> None:
    """Queue a sequence of which the first `computed` tokens count as computed."""
    vocab = engine.model.config.vocab_size
    prompt = tuple((7 * at + id) % vocab for at in range(tokens))
    engine.add(Request(id=id, prompt=prompt, new_tokens=new_tokens, ignore_eos=True))
    engine.scheduler.waiting[-1].computed = computed
