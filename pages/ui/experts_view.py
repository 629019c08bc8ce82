"""The experts experiment on a page: distinct experts over the batch, computed and counted."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lesson_core.learn.figures.architectures import BATCH
from lesson_core.schema.architectures import BATCHES
from lesson_core.schema.jobs import JobStatus
from lesson_core.theory import expert_reading
from lesson_core.theory.experts import distinct
from pages.ui import badges, clock, lesson, runs
from pages.ui.language import t
from pages.ui.xy_chart import Axis, Chart, Mark, Series, xy_chart

ROOM = 1000.0  # on the axis, so that the names stand behind the lines
Points = list[tuple[float, ...]]


def chosen(lesson_id: str) -> str:
    """The model whose routing the next run takes over."""
    return str(st.session_state.get(f"{lesson_id}.routing", expert_reading.DEFAULT))


def waiting(lesson_id: str) -> None:
    """Empty axes, before the guess."""
    chart = _chart(expert_reading.DEFAULT, [], [], t("archs.guess_first"))
    xy_chart(key=f"{lesson_id}.experts", chart=chart)


def controls(lesson_id: str, job: str, make_spec: Callable[[], Any]) -> None:
    """Whose routing, and Run."""
    busy = runs.is_active(runs.status(job))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            t("archs.routing"), list(expert_reading.WRITTEN), default=expert_reading.DEFAULT,
            required=True, key=f"{lesson_id}.routing", help=t("archs.routing_note"),
        )  # fmt: skip
        st.button(t("archs.run"), key=f"{lesson_id}.run", type="primary", disabled=busy,
                  help=t("machine.busy") if busy else None, shortcut="Mod+Enter",
                  on_click=runs.start, args=(job, make_spec))  # fmt: skip
    runs.show_problem(job, runs.status(job))


def live(lesson_id: str, job: str) -> None:
    """The computed curve at once, counted points as batch after batch is sent through."""

    def draw(found: JobStatus | None) -> None:
        visited = runs.data(found, "visited")
        name = _model(found, lesson_id)
        shape = expert_reading.routing(name)
        curve: Points = [(float(b), distinct(shape.count, shape.per_token, b)) for b in BATCHES]
        message = clock.message(found, runs.events(found)) or ("" if visited else t("archs.idle"))
        xy_chart(key=f"{lesson_id}.experts", chart=_chart(name, curve, visited, message))
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))

    runs.follow(job, draw, every=0.5)


def proof(summary: dict[str, Any]) -> None:
    """Even routing, routing as uneven as ours, counted: the gap in three numbers."""
    lesson.heading("routing_gap")
    row = at_batch(summary)
    values = {"even": row["expected"], "uneven": row["uneven"], "counted": mean(row)}
    rows = [f"| {t(f'archs.{key}')} | {value:.1f} |" for key, value in values.items()]
    st.markdown("\n".join([t("archs.gap_head", batch=row["batch"]), "|---|--:|", *rows]))
    st.caption(t("archs.gap_note", layers=len(row["counts"]), low=min(row["counts"]),
                 high=max(row["counts"])))  # fmt: skip


def not_compared(model: str) -> None:
    """The run is of another model than the guess was about."""
    lesson.heading("compare")
    st.caption(t("archs.other_shape", asked=expert_reading.DEFAULT, model=model))


def at_batch(summary: dict[str, Any]) -> dict[str, Any]:
    """The row of the batch that the guess asks about."""
    found: dict[str, Any] = next(r for r in summary["visited"] if r["batch"] == BATCH)
    return found


def mean(row: dict[str, Any]) -> float:
    """Distinct experts per layer, over the layers."""
    return float(sum(row["counts"]) / len(row["counts"]))


def _model(found: JobStatus | None, lesson_id: str) -> str:
    """Of the run that is shown; before there is one, the one that is chosen."""
    if found is None:
        return chosen(lesson_id)
    return expert_reading.alike(found.spec.experts, found.spec.per_token).name


def _chart(name: str, curve: Points, visited: list[dict[str, Any]], message: str) -> Chart:
    points = [
        (float(r["batch"]), mean(r), float(min(r["counts"])), float(max(r["counts"])))
        for r in visited
    ]  # fmt: skip
    shown = ([badges.counted()] if visited else []) + ([badges.predicted()] if curve else [])
    return Chart(
        title=t("archs.experts_chart", model=name),
        x=Axis(label=t("archs.batch"), log=True, range=(1.0, ROOM),
               name=t("archs.batch_short")),
        y=Axis(label=t("archs.distinct"),
               range=(0.0, float(expert_reading.routing(name).count))),
        series=[Series(label=t("archs.even_short"), points=curve, kind="predicted"),
                Series(label="", points=points, role="weights")],
        marks=[Mark(x=float(BATCH), label=t("archs.asked"))],
        badges=shown, message=message, height=300,
    )  # fmt: skip
