"""What a page asks a worker to do: one typed spec per experiment, limits checked here.

A URL or a form can hold anything, so every bound is enforced when the spec is built.
"""

from dataclasses import dataclass, field

from lesson_core.errors import LabError
from lesson_core.schema.architectures import Architectures
from lesson_core.schema.batching import Batching, Replay
from lesson_core.schema.caching import Caching, SentencePair
from lesson_core.schema.card import Card
from lesson_core.schema.checks import check_prompt, check_range
from lesson_core.schema.classify import Classify
from lesson_core.schema.compression import Compression
from lesson_core.schema.distil import Distil
from lesson_core.schema.endpoint import Endpoint
from lesson_core.schema.evaluate import Evaluate
from lesson_core.schema.first_transformer import BrokenTransformer, TrainTransformer
from lesson_core.schema.fusion import Fusion as Fusion
from lesson_core.schema.how_zero_shot import FewShot, HowZeroShot, OwnStudent
from lesson_core.schema.kv_cache import KvCacheTwins
from lesson_core.schema.measuring import Measuring
from lesson_core.schema.optimise import Optimise
from lesson_core.schema.parallelism import Parallelism
from lesson_core.schema.parameters import MeasureLadder, RungSamples, TrainRungs
from lesson_core.schema.recipe import Recipe
from lesson_core.schema.sampling import Sampling as Sampling
from lesson_core.schema.size_sweep import SizeSweep
from lesson_core.schema.spot import SpotOutput, SpotTiming
from lesson_core.schema.translation import Translation
from lesson_core.schema.two_regimes import TwoRegimes
from lesson_core.schema.vectors import TrainVectors, WordVectors
from lesson_core.schema.zero_shot import OwnZeroShot, ZeroShot

MAX_NEW_TOKENS = 512


@dataclass(frozen=True, kw_only=True)
class TokenClock:
    """Job `token_clock`: answer a prompt, one event per stage. `chat` uses the chat template.

    `card` is the saved machine card; without one the worker measures a mini card first.
    """

    recipe: Recipe
    prompt: str
    new_tokens: int = 64
    chat: bool = True
    sampling: Sampling = field(default_factory=Sampling)
    card: Card | None = None

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        check_range("new_tokens", self.new_tokens, 1, MAX_NEW_TOKENS)


@dataclass(frozen=True, kw_only=True)
class PipelineTrace:
    """Job `pipeline_trace`: TokenClock plus every layer of every step with shape, bytes, FLOPs."""

    recipe: Recipe
    prompt: str
    new_tokens: int = 16
    chat: bool = True
    sampling: Sampling = field(default_factory=Sampling)
    card: Card | None = None

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        check_range("new_tokens", self.new_tokens, 1, 64)


@dataclass(frozen=True, kw_only=True)
class NextToken:
    """Job `next_token`: logits of the next token, attention of all heads, parameter census."""

    recipe: Recipe
    prompt: str
    keep: int = 2_000  # how many of the largest come with their text; all logits are sent

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        check_range("keep", self.keep, 1, 10_000)


@dataclass(frozen=True, kw_only=True)
class MachineCard:
    """Job `machine_card`: measure this machine; quick is under 10 s."""

    device: str = "auto"
    threads: int = 0
    thorough: bool = False


@dataclass(frozen=True, kw_only=True)
class MeasureClock:
    """Job `measure_clock`: the same prompt as TokenClock, unwatched, warmed up and repeated."""

    recipe: Recipe
    prompt: str
    new_tokens: int = 32
    chat: bool = True
    repeats: int = 7
    card: Card | None = None

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        check_range("new_tokens", self.new_tokens, 2, 128)
        check_range("repeats", self.repeats, 3, 40)


@dataclass(frozen=True, kw_only=True)
class Speculation:
    """Job `speculative`: one prompt plainly and by the recipe's drafter, then other γ."""

    recipe: Recipe
    prompt: str
    new_tokens: int = 64
    chat: bool = True

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        check_range("new_tokens", self.new_tokens, 2, 128)
        check_range("γ", self.recipe.draft_tokens, 1, 15)
        if self.recipe.drafting == "none":
            raise LabError("draft_none")


@dataclass(frozen=True, kw_only=True)
class SpeculationLaw:
    """Job `speculative_law`: sampled answers against the exact law, right and wrong rule."""

    draws: int = 1200
    seed: int = 1

    def __post_init__(self) -> None:
        check_range("draws", self.draws, 100, 5_000)
        check_range("seed", self.seed, 0, 1_000_000)


@dataclass(frozen=True, kw_only=True)
class FetchModel:
    """Job `fetch_model`: download and prepare an artefact of the registry."""

    artefact: str


SPECS: dict[str, type] = {
    "token_clock": TokenClock,
    "pipeline_trace": PipelineTrace,
    "next_token": NextToken,
    "machine_card": MachineCard,
    "measure_clock": MeasureClock,
    "fetch_model": FetchModel,
    "kv_cache": KvCacheTwins,
    "fusion": Fusion,
    "two_regimes": TwoRegimes,
    "optimise": Optimise,
    "measuring": Measuring,
    "compression": Compression,
    "distil": Distil,
    "size_sweep": SizeSweep,
    "speculative": Speculation,
    "speculative_law": SpeculationLaw,
    "batching": Batching,
    "replay": Replay,
    "caching": Caching,
    "sentence_pair": SentencePair,
    "parallelism": Parallelism,
    "architectures": Architectures,
    "endpoint": Endpoint,
    "zero_shot": ZeroShot,
    "zero_shot_own": OwnZeroShot,
    "how_zero_shot": HowZeroShot,
    "student_own": OwnStudent,
    "few_shot": FewShot,
    "evaluate": Evaluate,
    "classify": Classify,
    "word_vectors": WordVectors,
    "train_vectors": TrainVectors,
    "broken_transformer": BrokenTransformer,
    "train_transformer": TrainTransformer,
    "translation": Translation,
    "measure_ladder": MeasureLadder,
    "train_rungs": TrainRungs,
    "rung_samples": RungSamples,
    "spot_timing": SpotTiming,
    "spot_output": SpotOutput,
}
"""The allow-list: a job name and the one spec it takes."""
