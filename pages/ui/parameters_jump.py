"""Where a jump comes from: the same rungs, one right token asked for, or several in a row."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.theory import in_a_row
from pages.ui import badges, lesson
from pages.ui.language import t
from pages.ui.xy_chart import Axis, Chart, Series, xy_chart

FIRST = 6  # tokens asked for at first


def show(lesson_id: str, rows: Sequence[dict[str, Any]]) -> None:
    """The slider, and the share of stretches that are right, over size."""
    lesson.heading("emergent")
    st.markdown(t("parameters.jump_text"))
    k = int(st.slider(t("parameters.k"), 1, in_a_row.LONGEST, FIRST, key=f"{lesson_id}.k",
                      width=360))  # fmt: skip
    counts = [row["in_a_row"][k - 1] for row in rows]
    measured = [
        (row["n"], 100 * right / tried) for row, (right, tried) in zip(rows, counts, strict=True)
    ]
    one = [row["in_a_row"][0][0] / row["in_a_row"][0][1] for row in rows]
    powers = [(row["n"], 100 * in_a_row.chain(p, k)) for row, p in zip(rows, one, strict=True)]
    top = 1.2 * max(share for _, share in (*measured, *powers, (0.0, 1e-3)))
    xy_chart(key=f"{lesson_id}.jump", chart=Chart(
        title=t("parameters.jump_chart"),
        x=Axis(label=t("parameters.axis_alone"), log=True, range=(7e4, 1.4e7), name="N"),
        y=Axis(label=t("parameters.jump_axis", k=k), range=(0.0, top)),
        series=[
            Series(label=t("parameters.jump_power"), kind="predicted", points=powers),
            Series(label=t("parameters.jump_measured"), points=measured),
        ],
        badges=[badges.counted(), badges.predicted()], height=240,
    ))  # fmt: skip
    first, last = measured[0][1], measured[-1][1]
    st.markdown(t(
        "parameters.jump_said", k=k, first=f"{first:.2f}", last=f"{last:.2f}",
        times=f"{last / first:.1f}" if first else "∞",
        one_first=f"{100 * one[0]:.0f}", one_last=f"{100 * one[-1]:.0f}",
    ))  # fmt: skip
