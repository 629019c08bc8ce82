"""Job `size_sweep`: one decode step on models of growing size, random weights, on the CPU.

Unwatched; nothing else runs on the machine. Events in order:

- `progress` {what: "measure_bound" | "size", done, total}, `code`.
- `data` {what: "predicted", sizes: [{size, params, bytes, predicted_s, parts_s}], crossover, card}:
  every size that was asked for, before any of them is run.
- `data` {what: "size", size, params, bytes, median_s, iqr_s, low_s, high_s, n, noisy, samples_s,
  machine_id, threads, kept (taken over from an interrupted run)} as each size is finished.
- `data` {what: "refused", size, needs_gb, limit_gb}: memory has no room; larger ones neither.
- `result` {precision, batch, context, points: [as above], predicted: [as above], refused: [..],
  fit: {layer_s, bandwidth, crossover, slope} or None, largest: [{measured_s, parts_s}] of the
  largest size measured, environment}.
"""

import os
from collections.abc import Generator, Iterator
from dataclasses import asdict, replace
from typing import Any

from lesson_core.errors import LabError
from lesson_core.experiments import expectation, setting
from lesson_core.experiments.setting import Lab
from lesson_core.generate import flat
from lesson_core.generate.decode import decode_one_token
from lesson_core.measure import sweep
from lesson_core.measure.environment import environment
from lesson_core.measure.machine import measure_card
from lesson_core.model.threads import using_threads
from lesson_core.schema.card import Card
from lesson_core.schema.events import Event
from lesson_core.schema.plain import from_plain, to_plain
from lesson_core.schema.results import Environment
from lesson_core.schema.size_sweep import SizePoint, SizeSweep
from lesson_core.schema.sizes import SizeCase
from lesson_core.theory import costs, size_curve, stats


def run(spec: SizeSweep, lab: Lab) -> Iterator[Event]:
    """Predict all sizes, then measure one after another; known ones are only told again."""
    here = environment("cpu", spec.precision, spec.threads or cores())
    yield setting.code(sweep.ready, decode_one_token, flat.step)
    card = yield from _card(spec, lab, here)
    if lab.cancelled():
        return
    cases = spec.cases()
    predicted = [_predicted(case, card) for case in cases]
    crossover = size_curve.predicted_crossover(cases, card)
    yield _data("predicted", sizes=predicted, crossover=crossover, card=to_plain(card))
    points: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    for done, case in enumerate(cases):
        yield setting.progress("size", done, len(cases))
        if lab.cancelled():
            return
        try:
            points.append(_point(case, *_measured(spec, case, here, lab)))
            yield _data("size", **points[-1])
        except LabError as problem:
            if problem.code != "size_too_large":
                raise
            refused.append(problem.values)
            yield _data("refused", **problem.values)
    yield Event(stage="result", detail=_summary(spec, here, points, predicted, refused))


def cores() -> int:
    """CPU cores that this process may use."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return found or 1


def _card(spec: SizeSweep, lab: Lab, here: Environment) -> Generator[Event, None, Card]:
    """The saved card, or a quick one: a row of sizes needs every working set."""
    if spec.card is not None and expectation.usable(spec.card, here):
        return spec.card
    yield setting.progress("measure_bound")
    detail: dict[str, Any] = {}
    for event in measure_card("cpu", here.threads, False, lab.clock):
        detail = event.detail
    return from_plain(Card, detail)


def _predicted(case: SizeCase, card: Card) -> dict[str, Any]:
    time = size_curve.predict(case, card)
    return {**_size(case), "predicted_s": time.total_s, "parts_s": time.parts_s}


def _size(case: SizeCase) -> dict[str, Any]:
    params = costs.total_parameters(case.config)
    return {"size": case.size, "params": params, "bytes": size_curve.working_set(case)}


def _measured(
    spec: SizeSweep, case: SizeCase, here: Environment, lab: Lab
) -> tuple[SizePoint, bool]:
    """The point, and whether it was known from an interrupted run on this machine."""
    for point in spec.known:
        if (point.size, point.machine_id, point.threads) == (
            case.size, here.machine_id, here.threads,
        ):  # fmt: skip
            return point, True
    sweep.check_room(case)
    with using_threads(here.threads):
        model = sweep.random_model(case.config, case.precision)
        work = sweep.ready(model, case)
        timed = sweep.interleaved({case: work}, lab.clock, spec.rounds)[0]
    return SizePoint(size=case.size, samples_s=timed.samples_s, machine_id=here.machine_id,
                     threads=here.threads), False  # fmt: skip


def _point(case: SizeCase, point: SizePoint, kept: bool) -> dict[str, Any]:
    samples = point.samples_s
    low, high = stats.bootstrap_interval(samples)
    timed = sweep.Timed(case=case, samples_s=samples)
    return {
        **_size(case), **to_plain(point), "kept": kept, "median_s": timed.median_s,
        "iqr_s": stats.iqr(samples), "low_s": low, "high_s": high, "n": len(samples),
        "noisy": timed.noisy,
    }  # fmt: skip


def _summary(
    spec: SizeSweep, here: Environment, points: list[dict[str, Any]],
    predicted: list[dict[str, Any]], refused: list[dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    cases = {case.size: case for case in spec.cases()}
    measured = [cases[point["size"]] for point in points]
    found = size_curve.fit(measured, [point["median_s"] for point in points])
    parts = {row["size"]: row["parts_s"] for row in predicted}
    last = points[-1] if points else {"size": "", "samples_s": ()}
    return {
        "precision": spec.precision,
        "batch": spec.batch,
        "context": spec.context,
        "points": points,
        "predicted": predicted,
        "refused": refused,
        "fit": asdict(found) if found else None,
        "largest": [{"measured_s": s, "parts_s": parts[last["size"]]} for s in last["samples_s"]],
        "environment": to_plain(replace(here, precision=spec.precision)),
    }


def _data(what: str, **values: object) -> Event:
    return Event(stage="data", detail={"what": what, **values})
