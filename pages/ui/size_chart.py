"""The size sweep on a page: what is chosen, and the curve that grows along its prediction."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.size_sweep import SizeSweep
from lesson_core.theory import costs, size_curve
from pages.ui import badges, machine_card, problems, runs
from pages.ui.language import t
from pages.ui.numbers import count, rounded
from pages.ui.xy_chart import Axis, Band, Chart, Mark, Series, xy_chart

Row = dict[str, Any]


def waiting(lesson_id: str) -> None:
    """The empty axes, before the guess."""
    xy_chart(key=f"{lesson_id}.curve", chart=_chart([], [], None, 0, t("size.guess_first")))


def live(lesson_id: str, job: str, spec: SizeSweep) -> None:
    """Follow the run: medians with intervals along the dashed line; then the fitted one."""

    def draw(found: JobStatus | None) -> None:
        events = runs.events(found)
        points = told(events, "size")
        predicted, crossover = _expected(events, spec)
        summary = next((e.detail for e in events if e.stage == "result"), None)
        fitted = summary["fit"] if summary else None
        n = points[-1]["n"] if points else 0
        chart = _chart(predicted, points, fitted["crossover"] if fitted else crossover, n,
                       _message(found, events, points, fitted))  # fmt: skip
        xy_chart(key=f"{lesson_id}.curve", chart=chart)
        for refused in told(events, "refused"):
            values = {k: refused[k] for k in ("size", "needs_gb", "limit_gb")}
            st.caption(problems.sentence("size_too_large", values))
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))

    runs.follow(job, draw, every=1.0)


def told(events: Sequence[Event], what: str) -> list[Row]:
    """Details of the `data` events that say `what`."""
    return [e.detail for e in events if e.stage == "data" and e.detail.get("what") == what]


def _expected(events: Sequence[Event], spec: SizeSweep) -> tuple[list[Row], float | None]:
    """The worker's prediction; before any run the same one from the saved card."""
    for event in told(events, "predicted"):
        return event["sizes"], event["crossover"]
    card = machine_card.latest()
    if events or card is None:
        return [], None
    cases = spec.cases()
    rows = [
        {"params": costs.total_parameters(case.config),
         "predicted_s": size_curve.predict(case, card).total_s}
        for case in cases
    ]  # fmt: skip
    return rows, size_curve.predicted_crossover(cases, card)


def _message(
    found: JobStatus | None, events: Sequence[Event], points: Sequence[Row], fitted: Row | None
) -> str:
    if found is None:
        return t("size.idle")
    if found.state == "queued":
        return t("clock.queued", position=found.position or 1)
    if fitted:
        text = t(
            "size.fitted",
            layer_us=rounded(fitted["layer_s"] * 1e6),
            bandwidth=rounded(fitted["bandwidth"] / 1e9),
            slope=rounded(fitted["slope"]),
        )
        noisy = [row["size"] for row in points if row["noisy"]]
        return f"{text} {t('size.noisy', sizes=', '.join(noisy))}" if noisy else text
    steps = [e.detail for e in events if e.stage == "progress"]
    if not runs.is_active(found) or not steps:
        return t("size.stopped", n=len(points)) if found.ended else t("clock.starting")
    last = steps[-1]
    if last["what"] == "measure_bound":
        return t("size.measure_bound")
    return t("size.step", done=last["done"] + 1, total=last["total"])


def _chart(
    predicted: Sequence[Row], points: Sequence[Row], crossover: float | None, n: int, message: str
) -> Chart:
    expected = [(float(row["params"]), row["predicted_s"] * 1e3) for row in predicted]
    measured = [
        (float(row["params"]), *(row[key] * 1e3 for key in ("median_s", "low_s", "high_s")))
        for row in points
    ]
    label = t("size.crossover", size=count(crossover).strip()) if crossover else ""
    return Chart(
        title=t("size.chart"),
        x=Axis(label=t("size.params"), log=True, range=(1e5, 4e8), name=t("size.params_short")),
        y=Axis(label=t("size.ms"), log=True, range=(0.1, 60.0)),
        series=[
            Series(label="", points=expected, kind="predicted", role="decode"),
            Series(label=t("size.measured"), points=measured, role="decode"),
        ],
        bands=_regions(crossover) if crossover else [],
        marks=[Mark(x=crossover, label=label)] if crossover else [],
        badges=[badges.measured(n)] * (n > 0) + [badges.predicted()] * bool(expected),
        message=message,
        height=320,
    )


def _regions(crossover: float) -> list[Band]:
    flat = Band(label=t("size.flat"), end=crossover)
    return [flat, Band(label=t("size.ramp"), start=crossover, shaded=False)]
