"""Three rungs trained while you watch: loss against tokens, or against the FLOP spent."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.parameters import TrainRungs
from lesson_core.theory import ladder_record, scaling
from lesson_core.theory.ladder_record import Recorded
from pages.ui import badges, clock, lesson, runs
from pages.ui.language import t
from pages.ui.xy_chart import Axis, Chart, Role, Series, xy_chart

JOB = "train_rungs"
EMPTY = {"tokens": (0.0, 2e5), "flop": (1e10, 1e12)}
"""What may stand on the horizontal axis, and its range before there is a curve."""
AXES = tuple(EMPTY)
ROLES: tuple[Role, ...] = ("weights", "ink", "arithmetic")


def show(lesson_id: str) -> None:
    """The button, the axis, the curves, and what they say."""
    lesson.heading("train_a_minute")
    st.markdown(t("parameters.train_text"))
    key = f"{lesson_id}.train"
    busy = runs.is_active(runs.status(JOB))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(t("parameters.train"), key=f"{key}.run", disabled=busy,
                  help=t("machine.busy") if busy else None,
                  on_click=runs.start, args=(JOB, TrainRungs))  # fmt: skip
        if busy:
            st.button(t("clock.stop"), key=f"{key}.stop", on_click=runs.cancel, args=(JOB,))
        names = {axis: t(f"parameters.by_{axis}") for axis in AXES}
        axis = st.segmented_control(
            t("parameters.by"), AXES, default="tokens", key=f"{key}.axis", required=True,
            format_func=names.__getitem__,
        )  # fmt: skip
    runs.show_problem(JOB, runs.status(JOB))

    def draw(found: JobStatus | None) -> None:
        xy_chart(key=f"{key}.chart", chart=_chart(found, str(axis)))

    runs.follow(JOB, draw, every=0.5)
    result = runs.result(runs.status(JOB))
    if result is not None:
        st.markdown(_said(result))


def _chart(found: JobStatus | None, axis: str) -> Chart:
    steps = runs.data(found, "step")
    rungs = ladder_record.rungs()[: len(steps[-1]["losses"])] if steps else ()
    series = [
        Series(label=_name(rung), role=role, points=_points(steps, i, rung, axis))
        for i, (rung, role) in enumerate(zip(rungs, ROLES, strict=False))
    ]
    return Chart(
        title=t("parameters.train_chart"),
        x=Axis(label=t(f"parameters.axis_{axis}"), log=axis == "flop",
               range=() if steps else EMPTY[axis]),
        y=Axis(label=t("parameters.loss_train"), zero=False, range=() if steps else (4.5, 8.0)),
        series=series, height=280, message=_message(found, steps),
        badges=[badges.live()] if steps else [],
    )  # fmt: skip


def _points(
    rows: Sequence[dict[str, Any]], i: int, rung: Recorded, axis: str
) -> list[tuple[float, ...]]:
    each = scaling.TRAIN_FLOP * rung.whole if axis == "flop" else 1
    return [(row["tokens"] * each, row["losses"][i]) for row in rows]


def _name(rung: Recorded) -> str:
    return f"{rung.n / 1e6:.1f} M"


def _message(found: JobStatus | None, steps: Sequence[dict[str, Any]]) -> str:
    if steps:
        last = steps[-1]
        return t("parameters.trained", tokens=last["tokens"], seconds=f"{last['seconds']:.0f}")
    return clock.message(found, runs.events(found)) or t("parameters.train_idle")


def _said(result: dict[str, Any]) -> str:
    """The gain of size after so few tokens, and what three points can say about an exponent."""
    losses, sizes = result["losses"], [rung["n"] for rung in result["rungs"]]
    gain = 100 * (1 - losses[-1] / losses[0])
    flop = [rung["flop"] for rung in result["rungs"]]
    low, high = scaling.fit(sizes, losses).exponent_band()
    return t(
        "parameters.train_said", gain=f"{gain:.1f}", ratio=f"{sizes[-1] / sizes[0]:.1f}",
        tokens=result["tokens"], flop=f"{flop[-1] / flop[0]:.1f}", low=_signed(low),
        high=_signed(high),
    )  # fmt: skip


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
