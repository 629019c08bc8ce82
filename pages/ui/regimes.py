"""The two regimes on a page: products on the roofline, and the step over the batch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lesson_core.schema.card import Card
from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.plain import from_plain
from pages.ui import badges, clock, guess, runs
from pages.ui.language import t
from pages.ui.roofline_view import Point, roofline_view
from pages.ui.xy_chart import Axis, Chart, Mark, Series, xy_chart

LENGTHS = (16, 32, 64, 128, 256, 512, 1024)
BATCHES = (1, 2, 4, 8, 16, 32)


@dataclass(frozen=True)
class Chosen:
    """What the sliders say."""

    prompt_len: int
    batch: int


def chosen(lesson_id: str) -> Chosen:
    state = st.session_state
    return Chosen(state.get(f"{lesson_id}.length", 128), state.get(f"{lesson_id}.batch", 1))


def waiting(lesson_id: str) -> None:
    """The empty axes, before the guess."""
    roofline_view(key=f"{lesson_id}.roofline", message=t("regimes.guess_first"))


def controls(lesson_id: str, job: str, make_spec: Callable[[], Any]) -> None:
    """Prompt length, batch, and Run."""
    busy = runs.is_active(runs.status(job))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.select_slider(t("regimes.length"), LENGTHS, 128, key=f"{lesson_id}.length", width=260)
        st.select_slider(t("regimes.batch"), BATCHES, 1, key=f"{lesson_id}.batch", width=220)
        st.button(t("regimes.run"), key=f"{lesson_id}.run", type="primary", disabled=busy,
                  help=t("machine.busy") if busy else None, shortcut="Mod+Enter",
                  on_click=runs.start, args=(job, make_spec))  # fmt: skip
    runs.show_problem(job, runs.status(job))


def live(lesson_id: str, job: str) -> None:
    """Points and curve grow while the job runs, unwatched: it is asked once a second."""

    def draw(found: JobStatus | None) -> None:
        events = runs.events(found)
        rates = next(iter(_told(events, "rates")), None)
        roofline_view(
            key=f"{lesson_id}.roofline",
            card=from_plain(Card, rates["card"]) if rates else None,
            working_set=rates["working_set"] if rates else None,
            points=_points(_told(events, "operator")),
            message=clock.message(found, events) or t("regimes.points"),
        )
        xy_chart(key=f"{lesson_id}.steps", chart=_steps(lesson_id, events))
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))

    runs.follow(job, draw, every=1.0)


def _told(events: Sequence[Event], what: str) -> list[dict[str, Any]]:
    return [e.detail for e in events if e.stage == "data" and e.detail.get("what") == what]


def _points(found: Sequence[dict[str, Any]]) -> list[Point]:
    """One point per product; only the one that stays behind is named, colours tell the phases."""
    stays = ("decode", "attention")
    return [
        Point(
            label=t("regimes.attention") if (point["phase"], point["name"]) == stays else "",
            intensity=point["intensity"],
            per_s=point["flops_per_s"],
            phase=point["phase"],
        )
        for point in found
    ]


def _steps(lesson_id: str, events: Sequence[Event]) -> Chart:
    predicted = next(iter(_told(events, "predicted")), None)
    latest = {row["batch"]: row for row in _told(events, "step")}
    measured = [
        (float(b), *(row[k] * 1e3 for k in ("median_s", "low_s", "high_s")))
        for b, row in sorted(latest.items())
    ]
    expected: list[tuple[float, ...]] = []
    if predicted:
        pairs = zip(predicted["batches"], predicted["steps_s"], strict=True)
        expected = [(float(batch), seconds * 1e3) for batch, seconds in pairs]
    mine = guess.made(lesson_id)
    n = max((row["n"] for row in latest.values()), default=0)
    return Chart(
        title=t("regimes.chart"),
        x=Axis(label=t("regimes.batch"), log=True, range=(1.0, 64.0), name=t("regimes.batch")),
        y=Axis(label=t("regimes.ms"), range=(0.0, 50.0)),
        series=[
            Series(label="", points=expected, kind="predicted", role="decode"),
            Series(label=t("regimes.step"), points=measured, role="decode"),
        ],
        marks=[Mark(x=mine.value, label=t("regimes.your_guess"))] if mine else [],
        badges=[badges.measured(n), badges.predicted()] if n else [badges.predicted()],
        height=240,
    )
