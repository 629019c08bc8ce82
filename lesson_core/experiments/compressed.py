"""What each scheme of the compression lesson is: a recipe, a slow twin, and a pair to be timed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from lesson_core.clock import Clock
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.measure import timing
from lesson_core.model.cache import Cache, new_cache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.card import Card
from lesson_core.schema.compression import CompressionScheme
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.recipe import KvPrecision, Recipe
from lesson_core.schema.results import Prediction
from lesson_core.speed import build, prune, prune_structured
from lesson_core.speed.fused import FusedStep
from lesson_core.theory import costs, formats, operators, roofline, stats

NOISY = 0.10  # an interquartile range above this share of the median is no result

CHANGES: dict[CompressionScheme, dict[str, Any]] = {
    "bf16": {"precision": "bf16"},
    "int8": {"precision": "int8"},
    "int8-dynamic": {"precision": "int8-dynamic"},
    "int4": {"precision": "int4"},
    "kv-int8": {"kv_precision": "int8"},
    "unstructured": {"pruning": "unstructured", "sparsity": 0.5},
    "2:4": {"pruning": "2:4", "sparsity": 0.5},
    "heads": {"pruning": "heads", "sparsity": 1 / 3},
    "ffn": {"pruning": "ffn", "sparsity": 0.5},
}


def recipe(base: Recipe, scheme: CompressionScheme) -> Recipe:
    """The fp32 recipe `base` with one scheme applied."""
    return replace(base, **{"precision": "fp32", **CHANGES[scheme]})


def built(model: Transformer, asked: Recipe) -> Transformer:
    """The model of a recipe as it is timed: operator by operator, or with its step fused."""
    result = build.build(model, replace(asked, compile="none"))
    if asked.compile == "fused":
        result.decode_step = FusedStep(result)
    return result


def twin(model: Transformer, scheme: CompressionScheme) -> Transformer:
    """The slow twin in fp32 and in the old shape: what the scheme does to the weights, and no more.

    What is cut out is zero here. A KV cache in int8 leaves the weights alone.
    """
    if scheme == "kv-int8":
        return model
    if scheme == "bf16":
        return build.cast(build.cast(model, torch.bfloat16), torch.float32)
    if scheme in ("int8", "int8-dynamic", "int4"):
        return build.rounded(model, scheme)
    share = CHANGES[scheme]["sparsity"]
    if scheme == "heads":
        return prune_structured.mask_heads(model, prune_structured.heads_kept(model, share))
    if scheme == "ffn":
        return prune_structured.mask_ffn(model, prune_structured.rows_kept(model, share))
    return prune.semi_structured(model) if scheme == "2:4" else prune.unstructured(model, share)


def scheme_of(asked: Recipe) -> formats.Scheme:
    """How the numbers of a recipe are written; what is not packed or fp32 is in 16 bits."""
    size = 4 if asked.precision in ("fp32", "auto") else 2
    return formats.of_recipe(asked.precision, size, asked.kv_precision)


def counts(config: ModelConfig, asked: Recipe, context: int) -> dict[str, int]:
    """Bytes one decode step reads (weights and KV) and bytes a token leaves in the KV cache."""
    scheme = scheme_of(asked)
    step = operators.step(config, 1, context, scheme=scheme)
    return {
        "read_bytes": step.traffic_bytes,
        "kv_token_bytes": costs.kv_token_bytes(config, scheme),
    }


def expected(config: ModelConfig, asked: Recipe, context: int, card: Card) -> Prediction:
    """A decode step with `context` tokens in sight, at the card's rates for its working set."""
    scheme = scheme_of(asked)
    size = roofline.working_set(config, context, scheme=scheme)
    rates = roofline.rates_of(card, "fp32" if scheme.number_bytes == 4 else "bf16", size)
    if asked.compile == "fused":  # one function, started once
        rates = replace(rates, dispatch_s=0.0)
    return roofline.step_time(config, 1, context, rates, scheme=scheme)


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of two models that take turns on the same tokens [1, T]."""

    model: Transformer
    token_ids: Tensor
    kv_precision: KvPrecision = "same"

    def cache(self, room: int) -> Cache:
        """An empty cache of this side."""
        table = self.model.embedding.weight
        return new_cache(
            "preallocated", self.model.config, 1, room, table.dtype, str(table.device),
            self.kv_precision,
        )  # fmt: skip

    def decoding(self, prompt: int, steps: int) -> Callable[[], None]:
        """The work of `steps` decode steps after `prompt` tokens; the prompt is read just once."""
        cache = self.cache(prompt + steps)
        prefill(self.model, self.token_ids[:, :prompt], cache)

        def work() -> None:
            for at in range(prompt, prompt + steps):
                decode_one_token(self.model, self.token_ids[:, at : at + 1], cache)
            cache.trim(steps)

        return work

    def prefilling(self, tokens: int) -> Callable[[], None]:
        """The work of reading `tokens` tokens into a fresh cache."""

        def work() -> None:
            prefill(self.model, self.token_ids[:, :tokens], self.cache(tokens))

        return work


def paired(
    plain: Callable[[], None], other: Callable[[], None], clock: Clock, repeats: int, per: int = 1
) -> dict[str, Any]:
    """Time both in turns: {plain, other: {median, iqr, n, noisy, samples}, ratio: {median,
    interval}}, in seconds per `per` (steps of one call). The ratio is of neighbours in time, and
    above 1 where the other is faster."""
    taken = timing.interleave({"plain": plain, "other": other}, clock, repeats)
    each = {name: [seconds / per for seconds in samples] for name, samples in taken.items()}
    ratios = [a / b for a, b in zip(each["plain"], each["other"], strict=True)]
    ratio = {"median": stats.median(ratios), "interval": list(stats.bootstrap_interval(ratios))}
    return {**{name: spread(samples) for name, samples in each.items()}, "ratio": ratio}


def spread(samples: list[float]) -> dict[str, Any]:
    """Centre and spread of some samples, and whether they are too noisy to be a result."""
    middle, width = stats.median(samples), stats.iqr(samples)
    noisy = width > NOISY * middle
    return {"median": middle, "iqr": width, "n": len(samples), "noisy": noisy, "samples": samples}


def loses(pair: dict[str, Any] | None) -> bool:
    """Whether the whole interval lies below 1, on a quiet machine."""
    if pair is None or pair["plain"]["noisy"] or pair["other"]["noisy"]:
        return False
    return bool(pair["ratio"]["interval"][1] < 1)


def kept(before: Transformer, after: Transformer) -> float:
    """The share of the layers' weights that are there and not zero."""
    if after.config == before.config:
        packed = not any(prune.matrices(after))  # codes, and no plain matrix to look into
        return 1.0 if packed else 1 - prune.zeros(after)
    count = [sum(w.numel() for _, w in prune.matrices(model)) for model in (before, after)]
    return count[1] / count[0]
