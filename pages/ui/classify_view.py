"""Five classifiers on one chart: how often right, how sure, how long, how large."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.classify import Classify
from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from pages.ui import badges, clock, lesson, runs
from pages.ui.language import t
from pages.ui.numbers import count, milliseconds
from pages.ui.xy_chart import Axis, Chart, Series, xy_chart

WAYS = ("words", "vectors", "sentences", "tuned", "told")
Row = dict[str, Any]
NARROW = "\u202f"  # a space that no line breaks at


def waiting(lesson_id: str) -> None:
    """The empty axes, before the guess."""
    xy_chart(key=f"{lesson_id}.chart", chart=_chart({}, t("classify.guess_first")))


def live(lesson_id: str, job: str) -> None:
    """A point appears as soon as its way is judged; the language model's moves as it reads."""

    def draw(found: JobStatus | None) -> None:
        events = runs.events(found)
        rows = {d["way"]: d for d in runs.data(found, "row") if "missing" not in d}
        chart = _chart(rows, _message(found, events, rows))
        xy_chart(key=f"{lesson_id}.chart", chart=chart)

    runs.follow(job, draw, every=0.5)


def accuracy(row: Row, key: str = "") -> float:
    """Right answers of a row in percent, or another of its shares."""
    share: float = row[key] if key else row["right"] / row["n"]
    return 100 * share


def table(summary: dict[str, Any]) -> None:
    """The same numbers, exactly."""
    lesson.heading("five_numbers")
    lines = []
    for way, row in judged(summary).items():
        lines.append(
            f"| {t(f'classify.way_{way}')} | {_percent(row)} ({row['right']}/{row['n']}) "
            f"| {_percent(row, 'promised')} | {_percent(row, 'ece')} "
            f"| {NARROW.join(milliseconds(row['seconds']))} | {size(row)} | {_learned(way, row)} |"
        )
    st.markdown("\n".join([t("classify.table_head"), "|---|--:|--:|--:|--:|--:|--:|", *lines]))
    split = summary["split"]
    st.caption(t("classify.table_note", learned=split["learned"], asked=split["asked"]))
    tuned = summary["rows"].get("tuned", {})
    if tuned.get("part", 1) < 1:
        st.caption(t("classify.tuned_part", share=f"{100 * tuned['part']:.0f}"))
    if split["repeated"]:
        st.caption(t("classify.repeated", n=split["repeated"]))


def judged(summary: dict[str, Any]) -> dict[str, Row]:
    """The ways that ran, in their order."""
    rows = summary["rows"]
    return {way: rows[way] for way in WAYS if way in rows and "missing" not in rows[way]}


def data_name(spec: Classify) -> str:
    """Which texts a run was about."""
    return t(f"classify.data_{'own' if spec.table else spec.lang}")


def size(row: Row) -> str:
    """Bytes as a person would say them."""
    return f"{count(row['bytes'])}B".replace(" ", NARROW)


def _percent(row: Row, key: str = "") -> str:
    return f"{accuracy(row, key):.1f}{NARROW}%"


def _learned(way: str, row: Row) -> str:
    return "–" if way == "told" else NARROW.join(milliseconds(row["learn_s"]))


def _chart(rows: dict[str, Row], message: str) -> Chart:
    series = []
    for way, row in rows.items():
        ms = 1e3 * row["seconds"]
        right = (ms, accuracy(row), accuracy(row, "low"), accuracy(row, "high"))
        promised = (ms, accuracy(row, "promised"))
        series += [
            Series(label="", points=[right[:2], promised], role="weights", kind="predicted"),
            Series(label=f"{t(f'classify.way_{way}')} · {size(row)}", points=[right],
                   role="decode", scatter=True),
        ]  # fmt: skip
    return Chart(
        title=t("classify.chart"),
        x=Axis(label=t("classify.ms"), log=True, range=(0.01, 2000.0), name="ms"),
        y=Axis(label=t("classify.right"), range=(0.0, 100.0), name="%"),
        series=series,
        badges=[badges.counted(), badges.predicted()] if rows else [],
        message=message,
        height=320,
    )


def _message(found: JobStatus | None, events: Sequence[Event], rows: dict[str, Row]) -> str:
    if runs.result(found) is not None:
        return t("classify.done")
    steps = [e.detail for e in events if e.stage == "progress"]
    if runs.is_active(found) and steps and steps[-1]["what"] in WAYS:
        told = rows.get("told", {}).get("n", 0)
        return t(f"classify.doing_{steps[-1]['what']}", done=steps[-1]["done"],
                 total=steps[-1]["total"], told=told)  # fmt: skip
    return clock.message(found, events) or t("classify.idle")
