"""Job `optimise`: one prompt, a plain model, and each change stacked on the one before.

All stages take turns, so a slow minute hits all of them alike; nobody watches while one runs.
Events in order:

- `progress` {what: "load_model" | "stage" (done of total: being built) | "repeat", done, total},
  `code`.
- `data` {what: "stage", stage (0 is the plain model), change ("" for it), recipe, weight_bytes,
  build_s, predicted {ttft_s, tpot_s, parts_s}} once a stage is built, before anything is timed.
- `data` {what: "refused", change, code, values} for a change that this machine cannot run; the
  stack goes on without it.
- `data` {what: "timed", stage, ttft_s, tpot_s, e2e_s, n}: medians so far.
- `data` {what: "quality", stage, bits_per_byte, kl, agreement | None} measured on the bundled
  model, whose weights were never quantised; stages that leave the weights alone share a row.
- `result` {tokens_in, stages: [{stage, change, recipe, weight_bytes, kv_bytes, build_s, samples:
  {ttft_s, tpot_s, e2e_s}, predicted, noisy, quality, same_tokens, tokens, bars: [of the last
  repeat: {kind, start_ms, end_ms, text, id, control}]}], refused: [...], environment}.

Raises LabError("needs_two_tokens") where the answer is a single token.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from lesson_core.artefacts.registry import FALLBACK
from lesson_core.errors import LabError
from lesson_core.experiments import expectation, setting
from lesson_core.experiments.answering import answer, token_bars
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.generate import flat
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.schema.events import Event
from lesson_core.schema.optimise import Change, Optimise, stacked
from lesson_core.schema.plain import to_plain
from lesson_core.schema.recipe import Recipe
from lesson_core.speed.build import build
from lesson_core.tasks import quality_report
from lesson_core.theory import costs, metrics, stats

NOISY = 0.1  # IQR over median
QUANTITIES = ("ttft_s", "tpot_s", "e2e_s")


@dataclass
class Stage:
    """One recipe of the stack, ready to run, and what was measured of it."""

    change: str
    recipe: Recipe
    loaded: Loaded
    predicted: dict[str, Any]
    samples: dict[str, list[float]] = field(default_factory=lambda: {q: [] for q in QUANTITIES})
    events: list[Event] = field(default_factory=list)


def run(spec: Optimise, lab: Lab) -> Iterator[Event]:
    """Build every stage, time them in turns, then ask what each did to quality."""
    yield setting.progress("load_model")
    yield setting.code(prefill, decode_one_token, flat.step, build)
    stages: list[Stage] = []
    refused: list[dict[str, Any]] = []
    ids: list[int] = []
    kept: list[Change] = []
    changes: list[Change | None] = [None, *spec.changes]
    for done, change in enumerate(changes):
        if lab.cancelled():
            return
        yield setting.progress("stage", done, len(changes))
        recipe = stacked(spec.recipe, kept + ([change] if change else []))[-1]
        try:
            loaded = lab.model(recipe)
        except LabError as problem:
            if not change:
                raise
            refused.append({"change": change, "code": problem.code, "values": problem.values})
            yield _data("refused", **refused[-1])
            continue
        kept += [change] if change else []
        ids, _ = setting.encode(loaded, spec.prompt, spec.chat, spec.new_tokens)
        stages.append(
            Stage(change or "", recipe, loaded, _predicted(spec, lab, loaded, recipe, ids))
        )
        yield _data("stage", stage=len(stages) - 1, **_built(stages[-1]))
    for turn in range(spec.repeats + 1):  # the first one only warms up
        yield setting.progress("repeat", turn, spec.repeats + 1)
        for number, stage in enumerate(stages):
            if lab.cancelled():
                return
            _time(spec, lab, stage, ids, count=turn > 0)
            if turn > 0:
                yield _data("timed", stage=number, n=turn, **_medians(stage))
    qualities = []
    for number, found in enumerate(_qualities(lab, [stage.recipe for stage in stages])):
        if lab.cancelled():
            return
        qualities.append(found)
        yield _data("quality", stage=number, **found)
    yield Event(stage="result", detail={
        "tokens_in": len(ids), "refused": refused,
        "stages": [
            _summary(number, stage, stages[0], found, ids)
            for number, (stage, found) in enumerate(zip(stages, qualities, strict=True))
        ],
        "environment": to_plain(stages[0].loaded.environment),
    })  # fmt: skip


def _time(spec: Optimise, lab: Lab, stage: Stage, ids: list[int], *, count: bool) -> None:
    lab.model(stage.recipe)  # also points the clock at its device and sets its threads
    stage.events = list(answer(stage.loaded, stage.recipe, ids, spec.new_tokens, lab.clock))
    seen = metrics.latency(stage.events)
    if seen.tpot_s is None:
        raise LabError("needs_two_tokens")
    if count:
        for quantity in QUANTITIES:
            stage.samples[quantity].append(getattr(seen, quantity))


def _predicted(
    spec: Optimise, lab: Lab, loaded: Loaded, recipe: Recipe, ids: list[int]
) -> dict[str, Any]:
    card = expectation.known_card(spec.card, loaded)
    if card is None:
        card = expectation.take_card(loaded, len(ids) + spec.new_tokens, lab.clock)
    made = expectation.plan(loaded, card, len(ids), spec.new_tokens, recipe.cache)
    step = made.tpot(spec.new_tokens)
    return {"ttft_s": made.ttft().total_s, "tpot_s": step.total_s, "parts_s": step.parts_s}


def _built(stage: Stage) -> dict[str, Any]:
    return {
        "change": stage.change, "recipe": to_plain(stage.recipe), "predicted": stage.predicted,
        "weight_bytes": getattr(stage.loaded, "weight_bytes", None),
        "build_s": getattr(stage.loaded, "build_s", 0.0),
    }  # fmt: skip


def _medians(stage: Stage) -> dict[str, float]:
    return {quantity: stats.median(samples) for quantity, samples in stage.samples.items()}


def _qualities(lab: Lab, recipes: list[Recipe]) -> Iterator[dict[str, Any]]:
    """Quality of each recipe's weights, on the bundled model; the same weights are asked once."""
    known: dict[tuple[object, ...], dict[str, Any]] = {}
    plain = lab.model(replace(recipes[0], model=FALLBACK))
    for recipe in recipes:
        weights = (recipe.precision, recipe.pruning, recipe.kv_precision)
        if weights not in known:
            small = replace(recipes[0], model=FALLBACK, precision=recipe.precision,
                            pruning=recipe.pruning, sparsity=recipe.sparsity)  # fmt: skip
            model = lab.model(small).model
            known[weights] = _quality(plain, model, recipe)
        yield known[weights]


def _quality(plain: Loaded, model: Any, recipe: Recipe) -> dict[str, Any]:
    """Token-weighted over both of the project's texts."""
    found = quality_report.report(
        plain.model, model, plain.tokenizer, quality_report.texts(), recipe.kv_precision
    )
    rows = [found["texts"][lang] for lang in ("en", "zh")]
    tokens = sum(row["tokens"] for row in rows)

    def mean(key: str) -> float:
        return float(sum(row[key] * row["tokens"] for row in rows) / tokens)

    return {"bits_per_byte": mean("bits_per_byte"), "kl": mean("kl"),
            "agreement": found["agreement"]["median"]}  # fmt: skip


def _summary(
    number: int, stage: Stage, first: Stage, quality: dict[str, Any], ids: list[int]
) -> dict[str, Any]:
    mine, plain = (_tokens(s.events) for s in (stage, first))
    same = next((i for i, (a, b) in enumerate(zip(mine, plain, strict=False)) if a != b),
                min(len(mine), len(plain)))  # fmt: skip
    middle = stats.median(stage.samples["tpot_s"])
    kept = 0 if stage.recipe.cache == "none" else len(ids) + len(mine) - 1
    return {
        "stage": number, **_built(stage), "samples": stage.samples, "quality": quality,
        "kv_bytes": kept * costs.kv_token_bytes(stage.loaded.config, stage.loaded.scheme),
        "noisy": stats.iqr(stage.samples["tpot_s"]) > NOISY * middle,
        "tokens": len(mine), "same_tokens": same, "bars": list(token_bars(stage.events)),
    }  # fmt: skip


def _tokens(events: list[Event]) -> list[int | None]:
    return [event.token_id for event in events if event.stage == "sample"]


def _data(what: str, **detail: Any) -> Event:
    return Event(stage="data", detail={"what": what, **detail})
