"""A student and its teacher, live: three of one size learn side by side, one from logits."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from lesson_core.artefacts.registry import FALLBACK
from lesson_core.schema.distil import STUDENTS, Distil
from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from pages.ui import badges, clock, distil_recorded, lesson, running, runs
from pages.ui.language import t
from pages.ui.xy_chart import Axis, Chart, Role, Series, xy_chart

JOB = "distil"
SECONDS = 40
TEMPERATURES = (1.0, 2.0, 4.0, 8.0)
WEIGHTS = {"0": 0.0, "1/2": 0.5, "5/7": 5 / 7, "1": 1.0}
ROLES: dict[str, Role] = {"plain": "ink", "soft": "arithmetic", "written": "kv"}


def show(lesson_id: str) -> None:
    """The same experiment twice: to try with one seed, and recorded with three."""
    lesson.heading("distillation")
    st.markdown(t("distil.lead", teacher=running.title(FALLBACK)))
    _controls(lesson_id)
    runs.show_problem(JOB, runs.status(JOB))

    def draw(found: JobStatus | None) -> None:
        _chart(lesson_id, found)
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.distil.stop", on_click=runs.cancel,
                      args=(JOB,))  # fmt: skip

    runs.follow(JOB, draw, every=1.0)
    _said(runs.result(runs.status(JOB)))
    distil_recorded.show(lesson_id)


def _controls(lesson_id: str) -> None:
    key, busy = f"{lesson_id}.distil", runs.is_active(runs.status(JOB))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(t("distil.student"), STUDENTS, index=1, width=200, key=f"{key}.student",
                     format_func=distil_recorded.size)  # fmt: skip
        st.segmented_control(t("distil.temperature"), TEMPERATURES, default=2.0, required=True,
                             key=f"{key}.temperature", format_func="{:g}".format)  # fmt: skip
        st.segmented_control(t("distil.weight"), list(WEIGHTS), default="5/7", required=True,
                             key=f"{key}.weight")  # fmt: skip
        st.button(t("distil.run", seconds=SECONDS), key=f"{key}.run", disabled=busy,
                  help=t("machine.busy") if busy else None,
                  on_click=_start, args=(key,))  # fmt: skip


def _start(key: str) -> None:
    said = st.session_state
    runs.start(JOB, lambda: Distil(
        recipe=replace(running.recipe(), model=FALLBACK), student=said[f"{key}.student"],
        temperature=said[f"{key}.temperature"], weight=WEIGHTS[said[f"{key}.weight"]],
        seconds=SECONDS,
    ))  # fmt: skip


def _chart(lesson_id: str, found: JobStatus | None) -> None:
    events = runs.events(found)
    start = next(iter(runs.data(found, "start")), None)
    looks = runs.data(found, "step")
    series = [
        Series(label=t(f"distil.short.{arm}"), role=role,
               points=[(look["step"], look["loss"][arm]) for look in looks])
        for arm, role in ROLES.items()
    ] if looks else []  # fmt: skip
    if start is not None and looks:
        level = start["teacher_loss"]
        series.append(Series(label=t("distil.short.teacher"), role="weights",
                             points=[(0, level), (looks[-1]["step"], level)]))  # fmt: skip
    chart = Chart(
        title=t("distil.chart"), series=series,
        x=Axis(label=t("distil.x"), range=(0, 100)),
        y=Axis(label=t("distil.y"), zero=False, range=(2, 8)),
        badges=[badges.live()] if looks else [], message=_message(found, events),
        height=280,
    )  # fmt: skip
    xy_chart(key=f"{lesson_id}.distil.chart", chart=chart)


def _message(found: JobStatus | None, events: Sequence[Event]) -> str:
    if found is None:
        return t("distil.idle", seconds=SECONDS)
    if found.state == "running" and runs.data(found, "step"):
        return t("distil.so_far", step=runs.data(found, "step")[-1]["step"])
    return clock.message(found, events)


def _said(result: dict[str, Any] | None) -> None:
    if result is None:
        return
    arms = result["arms"]
    better = arms["plain"]["loss"] - arms["soft"]["loss"]
    st.markdown(t(
        "distil.better" if better > 0 else "distil.no_better", steps=result["steps"],
        better=f"{abs(better):.2f}", teacher=f"{result['teacher_loss']:.2f}",
        **{arm: f"{arms[arm]['loss']:.2f}" for arm in ROLES},
    ))  # fmt: skip
