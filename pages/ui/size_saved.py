"""Saved sweeps over each other, and the numbers to take along."""

import csv
import io
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from lesson_core.errors import LabError
from lesson_core.schema.jobs import JobRecord
from pages.ui import lesson, problems, saved
from pages.ui.language import t

SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x")
MOST = 20
COLUMNS = (
    "size", "params", "bytes", "median_s", "iqr_s", "low_s", "high_s", "n", "noisy", "machine_id",
    "threads",
)  # fmt: skip


def compare(lesson_id: str, job: str, summary: dict[str, Any]) -> None:
    """This run beside earlier ones of this machine; CSV and PNG."""
    lesson.heading("size_saved")
    here = summary["environment"]
    try:
        found = saved.store().jobs.finished([job], limit=MOST)
        results = {run.id: saved.store().jobs.result(run.id) for run in found}
    except LabError as problem:
        problems.show(problem)
        return
    same = {
        run.id: (run, result)
        for run in found
        if (result := results[run.id]) and _place(result["environment"]) == _place(here)
    }
    chosen = st.multiselect(t("size.choose"), list(same), default=list(same)[:4],
                            key=f"{lesson_id}.saved", placeholder=t("size.none_chosen"),
                            format_func=lambda run: _name(*same[run]))  # fmt: skip
    shown = {_name(*same[run]): same[run][1] for run in chosen}
    st.plotly_chart(
        _figure(shown), key=f"{lesson_id}.figure", theme="streamlit",
        config={"displayModeBar": True, "displaylogo": False, "modeBarButtons": [["toImage"]],
                "toImageButtonOptions": {"format": "png", "filename": "size-sweep", "scale": 2}},
    )  # fmt: skip
    st.caption(t("size.png_note"))
    st.download_button(t("size.csv"), _csv(shown or {"": summary}), "size-sweep.csv", "text/csv",
                       key=f"{lesson_id}.csv")  # fmt: skip


def _place(environment: dict[str, Any]) -> tuple[str, int]:
    """Times of two machines, or of other numbers of threads, do not share an axis."""
    return environment["machine_id"], environment["threads"]


def _name(run: JobRecord, result: dict[str, Any]) -> str:
    when = run.created_at[:16].replace("T", " ")
    return f"{result['precision']} · batch {result['batch']} · {when}"


def _figure(shown: dict[str, dict[str, Any]]) -> go.Figure:
    figure = go.Figure()
    for index, (name, result) in enumerate(shown.items()):
        points = result["points"]
        ms = [[point[key] * 1e3 for point in points] for key in ("median_s", "low_s", "high_s")]
        figure.add_scatter(
            x=[point["params"] for point in points], y=ms[0], name=name, mode="lines+markers",
            marker={"symbol": SYMBOLS[index % len(SYMBOLS)], "size": 8},
            error_y={"array": [h - m for m, h in zip(ms[0], ms[2], strict=True)],
                     "arrayminus": [m - w for m, w in zip(ms[0], ms[1], strict=True)]},
        )  # fmt: skip
    figure.update_layout(
        height=380,
        margin={"l": 0, "r": 0, "t": 10, "b": 0},
        legend={"orientation": "h", "y": -0.25},
    )
    figure.update_xaxes(type="log", dtick=1, title=t("size.params"))
    figure.update_yaxes(type="log", dtick=1, title=t("size.ms"))
    return figure


def _csv(shown: dict[str, dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("run", "precision", "batch", "context", *COLUMNS, "predicted_s"))
    for name, result in shown.items():
        expected = {row["size"]: row["predicted_s"] for row in result["predicted"]}
        for point in result["points"]:
            what = (name, result["precision"], result["batch"], result["context"])
            row = (point[column] for column in COLUMNS)
            writer.writerow((*what, *row, expected[point["size"]]))
    return text.getvalue()
