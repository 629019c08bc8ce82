"""What a batch does to the bytes of a decode step: a model with experts between two dense ones."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lesson_core.learn.figures.architectures import BATCH
from lesson_core.schema.architectures import BATCHES
from lesson_core.theory import expert_reading
from lesson_core.theory.experts import tokens_to_compute
from lesson_core.theory.hardware_table import hardware
from pages.ui import badges, lesson
from pages.ui.experts_view import ROOM, mean
from pages.ui.language import t
from pages.ui.numbers import rounded
from pages.ui.xy_chart import Axis, Chart, Role, Series, xy_chart

GPU = "H100 SXM"


def show(lesson_id: str, summary: dict[str, Any]) -> None:
    """Gigabytes of weights per token over the batch: computed, and with the counted experts."""
    lesson.heading("step_bytes")
    name = expert_reading.alike(summary["experts"], summary["per_token"]).name
    st.markdown(t("archs.bytes_intro", model=name, format=expert_reading.WRITTEN[name]))
    all_of_it, active = expert_reading.whole(name), expert_reading.per_step(name, 1)
    counted = [
        (float(r["batch"]), expert_reading.with_visited(name, mean(r)) / 1e9 / r["batch"])
        for r in summary["visited"]
    ]
    xy_chart(key=f"{lesson_id}.bytes", chart=Chart(
        title=t("archs.bytes_chart", model=name),
        x=Axis(label=t("archs.batch"), log=True, name=t("archs.batch_short"), range=(1.0, ROOM)),
        y=Axis(label=t("archs.gb_per_token"), log=True, range=(active / 1e9 / 1000, 10.0)),
        series=[
            _line(t("archs.dense_all", gb=rounded(all_of_it / 1e9)), "overhead",
                  lambda _: all_of_it),
            _line(name, "weights", lambda batch: expert_reading.per_step(name, batch)),
            Series(label="", points=counted, role="weights"),
            _line(t("archs.dense_active", gb=rounded(active / 1e9)), "decode", lambda _: active),
        ],
        badges=[badges.counted(), badges.predicted()], height=320,
    ))  # fmt: skip
    _notes(name)


def _line(label: str, role: Role, size: Callable[[int], float]) -> Series:
    """Bytes of a step shared by its sequences, in GB."""
    points = [(float(batch), size(batch) / 1e9 / batch) for batch in BATCHES]
    return Series(label=label, points=points, kind="predicted", role=role)


def _notes(name: str) -> None:
    one, many = (expert_reading.per_step(name, batch) / 1e9 for batch in (1, BATCH))
    shape, card = expert_reading.routing(name), hardware()[GPU]
    ridge = card.flops["bf16"] / card.bandwidth  # FLOP per byte; a bf16 weight has 2 of both
    tokens = tokens_to_compute(shape.count, shape.per_token, ridge)
    st.markdown(t(
        "archs.bytes_note", one=rounded(one), many=rounded(many), batch=BATCH,
        growth=f"{many / one:.1f}", left=f"{100 * many / one / BATCH:.0f}",
        dense=f"{100 / BATCH:.0f}",
    ))  # fmt: skip
    st.caption(t(
        "archs.ridge_note", gpu=GPU, ridge=f"{ridge:.0f}", count=shape.count,
        per_token=shape.per_token, tokens=f"{round(tokens, -2):,.0f}",
    ))  # fmt: skip
