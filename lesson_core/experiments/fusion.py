"""Job `fusion`: one decode step, computed the same way each time, in ever fewer operations.

Ways, each with the same weights in plain numbers: "written" (attention written out, modules as
they read), "sdpa" (attention one kernel), "flat" (one loop, shared buffers), "inductor"
(torch.compile around attention), "fused" (the whole step one C++ function), and on a GPU
"cuda-graphs" (recorded and replayed) in place of the last. Events in order:

- `progress` {what: "load_model" | "measure_bound" | "build", name?, done, total}.
- `code` as in token_clock. `data` {what: "plan", ways, repeats, context, weight_bytes, kv_bytes,
  bound_s, card}.
- `data` {what: "way", name, build_s, operations, between_bytes (read and written between
  operations; None where only the compiler knows), predicted_s, parts_s, delta (largest difference
  of a logit from the first way), same, profile: {total_s, by_kind} or None} per way, or {name,
  problem: {code, values}} where this machine cannot run it.
- `progress` {what: "repeat", done, total}, then `data` {what: "times", samples: {way: seconds}}.
- `result` {plan, ways: [as above], samples, ratio: {samples, predicted, slowest, fastest}, steps:
  [{measured_s, parts_s}] of "sdpa", environment}. Ratios pair samples of one round.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import torch

from lesson_core.errors import LabError
from lesson_core.experiments import expectation, setting
from lesson_core.experiments.fusion_ways import Way, looked_at, made, ways_of
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.generate import flat
from lesson_core.measure.timing import interleave
from lesson_core.model.attention import fast_attention, written_attention
from lesson_core.model.device import DTYPES
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.specs import Fusion
from lesson_core.speed import compiled
from lesson_core.theory import operators as priced
from lesson_core.theory import roofline

WARM_UP = 3


def run(spec: Fusion, lab: Lab) -> Iterator[Event]:
    """Build every way, look at one step of each, then time them in turn."""
    yield setting.progress("load_model")
    plain = spec.recipe.precision if spec.recipe.precision in DTYPES else "auto"
    recipe = replace(spec.recipe, precision=plain, attention="sdpa", compile="none")
    loaded = lab.model(recipe)
    yield setting.code(written_attention, fast_attention, flat.step, compiled.after_attention)
    card = expectation.known_card(spec.card, loaded)
    if card is None:
        yield setting.progress("measure_bound")
        card = expectation.take_card(loaded, spec.context, lab.clock)
    rates = roofline.rates_of(card, loaded.dtype_name, _working_set(spec, loaded))
    names = ways_of(loaded.device)
    plan = _plan(spec, loaded, names, rates)
    yield Event(stage="data", detail={"what": "plan", **plan, "card": to_plain(card)})
    found: list[dict[str, Any]] = []
    ready: list[Way] = []
    for done, name in enumerate(names):
        if lab.cancelled():
            return
        detail = {"what": "build", "name": name, "done": done, "total": len(names)}
        yield Event(stage="progress", detail=detail)
        row: dict[str, Any] = {"name": name}
        try:
            way = made(name, spec.context, recipe, loaded, lab)
            row |= looked_at(way, ready[0].step if ready else way.step)
            row |= _predicted(spec, loaded, rates, row["operations"])
            ready.append(way)
        except LabError as problem:
            row["problem"] = {"code": problem.code, "values": problem.values}
        found.append(row)
        yield Event(stage="data", detail={"what": "way", **row})
    yield setting.progress("repeat", 0, spec.repeats)
    if lab.cancelled():
        return
    with torch.inference_mode():
        steps = {way.name: way.step for way in ready}
        samples = interleave(steps, lab.clock, spec.repeats, WARM_UP)
    yield Event(stage="data", detail={"what": "times", "samples": samples})
    yield Event(stage="result", detail=_summary(loaded, plan, found, samples))


def _working_set(spec: Fusion, loaded: Loaded) -> int:
    return roofline.working_set(loaded.config, spec.context, scheme=loaded.scheme)


def _plan(
    spec: Fusion, loaded: Loaded, names: tuple[str, ...], rates: roofline.Rates
) -> dict[str, Any]:
    step = priced.step(loaded.config, 1, spec.context, scheme=loaded.scheme)
    parts = step.operators()
    return {
        "ways": names,
        "repeats": spec.repeats,
        "context": spec.context,
        "weight_bytes": sum(part.weight_bytes for part in parts),
        "kv_bytes": sum(part.kv_bytes for part in parts),
        "bound_s": roofline.time_of(parts, replace(rates, dispatch_s=0.0)).total_s,
        "dispatch_s": rates.dispatch_s,
        "precision": loaded.dtype_name,
    }


def _predicted(
    spec: Fusion, loaded: Loaded, rates: roofline.Rates, launches: int
) -> dict[str, Any]:
    """The bound, and this many operations to start."""
    step = priced.step(loaded.config, 1, spec.context, scheme=loaded.scheme)
    bare = [replace(part, launches=0) for part in step.operators()]
    starts = priced.Operator(name="starts", launches=launches)
    time = roofline.time_of([*bare, starts], rates)
    return {"predicted_s": time.total_s, "parts_s": time.parts_s}


def _summary(
    loaded: Loaded,
    plan: dict[str, Any],
    found: list[dict[str, Any]],
    samples: dict[str, tuple[float, ...]],
) -> dict[str, Any]:
    rows = {row["name"]: row for row in found if "problem" not in row}
    slow, fast = next(iter(samples)), list(samples)[-1]
    ratios = [a / b for a, b in zip(samples[slow], samples[fast], strict=True)]
    predicted = rows[slow]["predicted_s"] / rows[fast]["predicted_s"]
    return {
        "plan": plan,
        "ways": found,
        "samples": samples,
        "ratio": {"samples": ratios, "predicted": predicted, "slowest": slow, "fastest": fast},
        "steps": [{"measured_s": s, "parts_s": rows["sdpa"]["parts_s"]} for s in samples["sdpa"]],
        "environment": to_plain(loaded.environment),
    }
