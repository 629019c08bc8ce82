"""Timing the same pass on models of many sizes, precisions and batches, with random weights.

Each pass is the engine's own: `prefill` or `decode_one_token` on a preallocated cache that is
wound back after every call. A sample is one call that nobody times, then as many calls as last a
twentieth of a second; samples of different cases take turns, so a slow minute hits all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import psutil
import torch

from lesson_core.clock import Clock
from lesson_core.errors import LabError
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.measure.timing import Work, loops_for
from lesson_core.model.cache import KVCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.recipe import Precision, Recipe
from lesson_core.schema.sizes import SizeCase
from lesson_core.speed.build import build
from lesson_core.theory import costs, formats, stats

SAMPLE_S = 0.05
ROUNDS = 7
NOISY = 0.10
"""A case whose interquartile range exceeds this part of its median is not a result."""

SHARE_OF_MEMORY = 0.6
"""The part of the memory free now that one model and its cache may take."""

NOISE = 2**20 + 1  # odd, so that no two rows of a matrix are alike


@dataclass(frozen=True, kw_only=True)
class Timed:
    """Seconds per pass, one value per round."""

    case: SizeCase
    samples_s: tuple[float, ...]

    @property
    def median_s(self) -> float:
        """The middle round."""
        return stats.median(self.samples_s)

    @property
    def spread(self) -> float:
        """Interquartile range over median."""
        return stats.iqr(self.samples_s) / self.median_s

    @property
    def noisy(self) -> bool:
        """Whether the machine was too restless for this to count."""
        return self.spread > NOISY


def check_room(case: SizeCase) -> None:
    """Raise LabError("size_too_large") if weights, cache and results do not fit into memory."""
    needs, limit = needed_bytes(case), psutil.virtual_memory().available * SHARE_OF_MEMORY
    if needs > limit:
        raise LabError(
            "size_too_large",
            size=case.size,
            needs_gb=round(needs / 1e9, 1),
            limit_gb=round(limit / 1e9, 1),
        )


def needed_bytes(case: SizeCase) -> int:
    """Weights, keys and values, and the widest result between two operators.

    What is rounded or cast is made from fp32, so both are there for a moment.
    """
    config, size = case.config, 4 if case.precision == "fp32" else 2
    made_from = 0 if case.precision == "fp32" else costs.weight_bytes(config, 4)
    weights = costs.stored_bytes(config, formats.of_recipe(case.precision, size))
    kept = costs.kv_bytes(config, case.context, size, case.batch)
    widest = case.batch * case.new_tokens * (3 * config.d_ff + 2 * config.d_model) * size
    return made_from + weights + kept + widest


def random_model(config: ModelConfig, precision: Precision = "fp32") -> Transformer:
    """A model of this shape on the CPU; weights are small noise, norms are one."""
    with torch.device("meta"):
        model = Transformer(config)
    noise = torch.randn(NOISE, generator=torch.Generator().manual_seed(0)).mul_(0.02)
    state = {
        name: torch.ones(weight.shape) if weight.dim() == 1 else _tiled(noise, weight)
        for name, weight in model.named_parameters()
    }
    model.load_state_dict(state, strict=False, assign=True)
    model.tie_head()
    return build(model.requires_grad_(False).eval(), Recipe(model="random", precision=precision))


def _tiled(noise: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """The same noise over and over in the shape of `like`: a copy instead of new numbers."""
    copies = -(-like.numel() // noise.numel())
    return noise.repeat(copies)[: like.numel()].view(like.shape)


def ready(model: Transformer, case: SizeCase) -> Work:
    """One pass of `case`, to be called again and again: the cache ends as it began."""
    dtype = model.embedding.weight.dtype
    cache = KVCache(case.config, case.batch, case.context, dtype, "cpu")
    cache.room.fill_(0.01)  # written once, so that the memory is really there
    cache.advance(case.context - case.new_tokens)
    run = prefill if case.phase == "prefill" else decode_one_token
    token_ids = torch.arange(case.batch * case.new_tokens) % case.config.vocab_size
    token_ids = token_ids.view(case.batch, case.new_tokens)

    def work() -> None:
        run(model, token_ids, cache)
        cache.trim(case.new_tokens)

    return work


def interleaved(
    works: Mapping[SizeCase, Work], clock: Clock, rounds: int = ROUNDS, sample_s: float = SAMPLE_S
) -> list[Timed]:
    """`rounds` samples of every case, in turns, the order reversed every other round."""
    loops = {case: _loops(work, clock, sample_s) for case, work in works.items()}
    taken: dict[SizeCase, list[float]] = {case: [] for case in works}
    for index in range(rounds):
        for case in list(works) if index % 2 == 0 else reversed(list(works)):
            taken[case].append(sample(works[case], loops[case], clock))
    return [Timed(case=case, samples_s=tuple(taken[case])) for case in works]


def sample(work: Work, loops: int, clock: Clock) -> float:
    """Seconds per call over `loops` calls, after one that brings back what others swept away."""
    work()
    start = clock()
    for _ in range(loops):
        work()
    return (clock() - start) / loops


def _loops(work: Work, clock: Clock, sample_s: float) -> int:
    work()  # allocations and the choice of kernels are not part of it
    return loops_for(work, clock, sample_s)
