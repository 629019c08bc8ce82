"""How far each scheme moves the weights of a model: a histogram, one line per scheme."""

from typing import Any

import streamlit as st

from pages.ui import badges, lesson, schemes
from pages.ui.language import t
from pages.ui.xy_chart import Axis, Chart, Role, Series, xy_chart

SHOWN = ("bf16", "int8", "int4", "unstructured", "2:4")
ROLES: dict[str, Role] = {
    "bf16": "overhead", "int8": "decode", "int4": "prefill", "unstructured": "arithmetic",
    "2:4": "kv",
}  # fmt: skip


def show(lesson_id: str, errors: dict[str, dict[str, Any]]) -> None:
    """Shares of the weights over the size of their error, and what the chart leaves out."""
    lesson.heading("weight_errors")
    names = [name for name in SHOWN if name in errors]
    lines = {name: [(x, share * 100) for x, share in errors[name]["bins"] if share > 1e-3]
             for name in names}  # fmt: skip
    peaks = {name: [max(line, key=lambda point: point[1])] for name, line in lines.items() if line}
    series = [Series(label="", role=ROLES[name], points=line) for name, line in lines.items()]
    series += [  # a name stands at the peak of its line
        Series(label=schemes.label(name), role=ROLES[name], points=peak)
        for name, peak in peaks.items()
    ]
    chart = Chart(
        title=t("compression.errors_chart"),
        x=Axis(label=t("compression.errors_x"), log=True, zero=False, range=(1e-4, 1.0)),
        y=Axis(label=t("compression.errors_y")),
        series=series, badges=[badges.counted()], height=260,
    )  # fmt: skip
    xy_chart(key=f"{lesson_id}.errors", chart=chart)
    sizes = " · ".join(f"{schemes.label(n)} {errors[n]['rms'] * 100:.2g} %" for n in names)
    zeros = " · ".join(f"{schemes.label(n)} {errors[n]['unchanged'] * 100:.0f} %" for n in names)
    st.caption(t("compression.errors_note", sizes=sizes, zeros=zeros))
