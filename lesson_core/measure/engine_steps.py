"""Time an engine's steps on a handful of mixtures, to fit `theory.step_time` to this machine.

A step's time does not depend on what the tokens are, nor on what the keys and values of earlier
ones are. So a sequence with 400 tokens behind it need not read them first: it is told that they
are computed, and the step looks back at whatever lies in its blocks.
"""

from collections.abc import Callable
from dataclasses import replace
from statistics import median

from lesson_core.clock import now
from lesson_core.model.transformer import Transformer
from lesson_core.schema.serving import Policy, Request
from lesson_core.serve.engine import Engine
from lesson_core.serve.request import Plan, blocks_for
from lesson_core.theory import step_time
from lesson_core.theory.step_time import KNOTS, StepLoad, StepPrices

Mixture = tuple[int, int, int, int]
"""(answers, tokens behind each, tokens of a prompt, tokens of it behind them)"""


def mixtures(max_seqs: int, token_budget: int, limit: int) -> list[Mixture]:
    """What is timed: answers alone, prompts alone, both; with little and with much behind them.

    `limit` is the longest sequence.
    """
    far = limit // 2
    batches = [knot for knot in KNOTS if knot < max_seqs] + [max_seqs]
    chunks = [knot for knot in KNOTS if 8 <= knot <= min(token_budget, far)]
    alone = [(batch, behind, 0, 0) for batch in batches for behind in (32, far)]
    prompts = [(0, 0, chunk, behind) for chunk in chunks for behind in (0, far - 1)]
    both = [
        (batch, 64, chunk, 0)
        for batch in (max(1, max_seqs // 4), max_seqs)
        for chunk in chunks[1::2]
        if batch + chunk <= token_budget
    ]
    return alone + prompts + both


def calibrate(
    model: Transformer, policy: Policy, *, longest: int = 1024, rounds: int = 5,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[StepPrices, list[float]]:  # fmt: skip
    """Prices of this engine's steps, and how far each timed mixture lies off them (relative)."""
    limit = min(longest, model.config.max_seq_len)
    asked = mixtures(policy.max_seqs, policy.token_budget, limit)
    samples: dict[Mixture, list[float]] = {mixture: [] for mixture in asked}
    needed = (policy.max_seqs + 1) * (blocks_for(limit, policy.block_size) + 1)
    wide = replace(
        policy, blocks=needed, batching="continuous", chunked=True, prefix_cache=False,
        max_seqs=policy.max_seqs + 1, token_budget=policy.token_budget + policy.max_seqs + 1,
    )  # fmt: skip
    engine = Engine(model, wide)
    for done in range(rounds):
        for mixture in asked:
            samples[mixture].append(step_seconds(engine, mixture))
        tell(done + 1, rounds)
    loads, seconds = [load(m) for m in asked], [median(s) for s in samples.values()]
    prices = step_time.fit(loads, seconds, moved=move_seconds(engine))
    return prices, step_time.errors(prices, loads, seconds)


def step_seconds(engine: Engine, mixture: Mixture) -> float:
    """One step of that mixture; the step before it, in which the answers begin, is not timed."""
    answers, behind, chunk, before = mixture
    ids = range(answers)
    for id in ids:
        _pretend(engine, id, behind + 1, behind, 8)
    if answers:
        engine.step()
    if chunk:
        _pretend(engine, answers, before + chunk, before, 1)
    start = now()
    engine.step()
    seconds = now() - start
    for id in ids:
        engine.cancel(id)
    return seconds


def load(mixture: Mixture) -> StepLoad:
    """What the timed step has of each thing that costs time."""
    answers, behind, chunk, before = mixture
    return StepLoad(
        rows=answers + chunk, sequences=answers + bool(chunk),
        context=answers * (behind + 2), pairs=step_time.prompt_pairs(before, chunk),
    )  # fmt: skip


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
