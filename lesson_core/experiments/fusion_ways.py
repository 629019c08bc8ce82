"""The ways of the fusion experiment: one decode step, built so that it can be called again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from lesson_core.errors import LabError
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.generate import cuda_graph, flat
from lesson_core.generate.decode import prefill
from lesson_core.measure import operations
from lesson_core.model.cache import KVCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.recipe import Recipe
from lesson_core.speed.build import build

CHANGES: dict[str, dict[str, Any]] = {
    "written": {"attention": "written"},
    "sdpa": {},
    "flat": {},
    "inductor": {"compile": "inductor"},
    "fused": {"compile": "fused"},
    "cuda-graphs": {"compile": "cuda-graphs"},
}
ONE_CALL = ("fused", "cuda-graphs")


@dataclass(frozen=True)
class Way:
    """A decode step, ready to be called again and again at the same position."""

    name: str
    step: Callable[[], Tensor]  # logits [1, vocab_size]
    build_s: float
    kept: tuple[Tensor, ...]  # weights and KV cache


def ways_of(device: str) -> tuple[str, ...]:
    """What can be compared on a device."""
    if device.startswith("cuda"):
        return ("written", "sdpa", "inductor", "cuda-graphs")
    return ("written", "sdpa", "flat", "inductor", "fused")


def made(name: str, context: int, recipe: Recipe, loaded: Loaded, lab: Lab) -> Way:
    """Build a way and fill its cache with `context` − 1 tokens. LabError: what `build` says."""
    start = lab.clock()
    model = build(loaded.model, replace(recipe, **CHANGES[name]))
    build_s = lab.clock() - start
    ids = torch.arange(context, device=loaded.device)[None] % loaded.config.vocab_size
    cache = setting.cache_for(loaded, "preallocated", context)
    assert isinstance(cache, KVCache)
    prefill(loaded.model, ids[:, :-1], cache)
    forward = _forward(name, model, cache)
    token = ids[:, -1:].contiguous()

    @torch.inference_mode()
    def step() -> Tensor:
        logits = forward(token)
        cache.trim(1)  # the same position again
        return logits

    kept = (*model.parameters(), *model.buffers(), cache.room)
    return Way(name, step, build_s, kept)


def _forward(name: str, model: Transformer, cache: KVCache) -> Callable[[Tensor], Tensor]:
    if name == "cuda-graphs":
        return cuda_graph.GraphDecoder(model, cache, batch=1)
    if name == "flat":
        bound = flat.bind(model, cache)
        if bound is None:
            raise LabError("fused_unsupported", part=model.config.family)
        return lambda token: flat.step(bound, token, cache)
    fused = model.decode_step
    if fused is not None:
        return lambda token: fused(token, cache)
    return lambda token: model.last_logits(token, cache)


def looked_at(way: Way, reference: Callable[[], Tensor]) -> dict[str, Any]:
    """Operations, bytes between them, a profile, and how far the logits are from `reference`."""
    logits, expected = way.step().float().clone(), reference().float().clone()
    same = bool((logits.argmax(-1) == expected.argmax(-1)).all())
    delta = float((logits - expected).abs().max())
    row: dict[str, Any] = {"build_s": way.build_s, "delta": delta, "same": same}
    if way.name in ONE_CALL:  # nothing of it is visible to torch
        return {**row, "operations": 1, "between_bytes": None, "profile": None}
    profile = operations.profile(way.step)
    row["profile"] = {"total_s": profile.total_s, "by_kind": profile.by_kind}
    if way.name == "inductor":  # a dispatch mode would switch the compiled code off
        return {**row, "operations": profile.calls, "between_bytes": None}
    with operations.Operations(way.kept) as seen:
        way.step()
    return {**row, "operations": seen.count, "between_bytes": seen.nbytes}
