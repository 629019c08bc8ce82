"""What experiments on serving need: requests made of real text, rules, the price of a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lesson_core.experiments.setting import Loaded
from lesson_core.measure.engine_steps import calibrate
from lesson_core.model.transformer import Transformer
from lesson_core.schema.results import Environment
from lesson_core.schema.serving import Batching, Policy, Request
from lesson_core.serve import trace, workload
from lesson_core.serve.request import blocks_for
from lesson_core.serve.workload import Arrival
from lesson_core.text.tokenizer import Tokenizer
from lesson_core.theory.step_time import StepPrices

TEXT = Path(__file__).parents[2] / "assets" / "texts" / "quality_en.txt"
SCALE = 1 / 8  # of the recorded lengths
LONGEST = 1024  # tokens of prompt and answer together
BUDGET = 256  # new tokens per step
BLOCK = 16  # tokens
ROUNDS = 3  # of timed steps
SPREAD = 256  # tokens: over shorter contexts a price per token would be noise


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A model that serves, the requests, and what a step of it costs."""

    model: Transformer
    requests: list[Request]
    prices: StepPrices
    environment: Environment


def roomy(arrivals: Sequence[Arrival], slots: int, batching: Batching = "continuous") -> Policy:
    """Blocks for the longest request in every slot: memory is not what this is about."""
    longest = max(a.prompt + a.answer for a in arrivals)
    return Policy(
        batching=batching, max_seqs=slots, token_budget=max(BUDGET, slots),
        block_size=BLOCK, blocks=slots * blocks_for(longest, BLOCK),
    )  # fmt: skip


def lengths(source: trace.Bundled, count: int, longest: int, seed: int) -> list[Arrival]:
    """`count` recorded requests, shortened to fit, all there from the beginning."""
    shortened = workload.scaled(trace.bundled(source), tokens=SCALE)
    fitting = [a for a in shortened if a.prompt + a.answer <= longest]
    return workload.at_once(workload.drawn(fitting, count, seed))


def with_text(arrivals: Sequence[Arrival], tokenizer: Tokenizer) -> list[Request]:
    """Prompts cut from one text, each from another place; answers as long as recorded."""
    ids = tokenizer.encode(TEXT.read_text(encoding="utf-8"))
    starts = [997 * i % len(ids) for i in range(len(arrivals))]
    return [
        Request(
            id=i, prompt=tuple((ids[start:] + ids * 2)[: a.prompt]), new_tokens=a.answer,
            arrival_s=a.at_s, ignore_eos=True,
        )
        for i, (a, start) in enumerate(zip(arrivals, starts, strict=True))
    ]  # fmt: skip


def prepare(loaded: Loaded, arrivals: Sequence[Arrival], policy: Policy) -> Setting:
    """Requests with words, and the prices of a step under this policy, from a few timed ones."""
    longest = max(SPREAD, *(a.prompt + a.answer for a in arrivals))
    prices, _ = calibrate(loaded.model, policy, longest=longest, rounds=ROUNDS)
    return Setting(
        model=loaded.model, requests=with_text(arrivals, loaded.tokenizer), prices=prices,
        environment=loaded.environment,
    )  # fmt: skip
