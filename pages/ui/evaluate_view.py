"""The evaluation experiment on a page: perplexity token by token, other models, hard tokens."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from pages.ui import badges, clock, lesson, running, runs
from pages.ui.language import t
from pages.ui.numbers import rounded
from pages.ui.plain_text import literal
from pages.ui.xy_chart import Axis, Chart, Series, xy_chart

Summary = dict[str, Any]
HARDEST, BEFORE = 8, 6  # tokens listed; tokens shown before each


def waiting(lesson_id: str) -> None:
    """The empty axes, before the guess."""
    xy_chart(key=f"{lesson_id}.chart", chart=_chart([], t("evaluate.guess_first")))


def live(lesson_id: str, job: str) -> None:
    """Both lines grow window by window."""

    def draw(found: JobStatus | None) -> None:
        events = runs.events(found)
        xy_chart(key=f"{lesson_id}.chart", chart=_chart(events, _message(found, events)))

    runs.follow(job, draw, every=0.5)


def note(summary: Summary, found: JobStatus | None) -> str:
    """Which model, and whether the text was read to its end."""
    said = t("evaluate.note", model=_model(found))
    if summary["tokens"] < summary["of"]:
        said += " " + t("evaluate.part", tokens=summary["tokens"], of=summary["of"])
    return said


def other(summary: Summary, found: JobStatus | None) -> None:
    """Another vocabulary on the same bytes: only one of the two columns may be compared."""
    lesson.heading("per_byte")
    rows = [(_model(found), summary)]
    if summary["other"] is not None:
        rows.append((running.title(summary["other"]["model"]), summary["other"]))
    lines = [
        f"| {name} | {row['tokens']:,} | {rounded(row['perplexity'])} "
        f"| {row['bits_per_byte']:.3f} |"
        for name, row in rows
    ]
    st.markdown("\n".join([t("evaluate.other_head"), "|---|--:|--:|--:|", *lines]))
    st.caption(t("evaluate.other_note" if len(rows) > 1 else "evaluate.other_none"))


def surprises(summary: Summary) -> None:
    """The tokens that cost most, and what stood before them."""
    lesson.heading("hard_tokens")
    told = summary["surprise"]
    worst = sorted(range(len(told)), key=lambda i: -told[i]["nll"])[:HARDEST]
    share = sum(told[i]["nll"] for i in worst) / sum(one["nll"] for one in told)
    lines = []
    for i in worst:
        before = "".join(one["text"] for one in told[max(0, i - BEFORE) : i])
        lines.append(f"| …{_shown(before)} | **{_shown(told[i]['text'])}** "
                     f"| {rounded(told[i]['nll'])} |")  # fmt: skip
    st.markdown("\n".join([t("evaluate.hard_head"), "|--:|---|--:|", *lines]))
    st.caption(t("evaluate.hard_note", n=len(worst), of=len(told), share=f"{100 * share:.0f}"))


def _shown(text: str) -> str:
    return literal(text.replace("\n", " ⏎ ").strip() or "␣")


def _model(found: JobStatus | None) -> str:
    return running.title(found.spec.recipe.model if found else None)


def _chart(events: Sequence[Event], message: str) -> Chart:
    told = [e.detail for e in events if e.stage == "data" and e.detail["what"] == "read"]
    curve = told[-1]["curve"] if told else []
    length = max(600.0, told[-1]["of"]) if told else 600.0
    highest = max((max(point[1:]) for point in curve[2:]), default=0.0)
    top = min(400.0, max(40.0, 1.1 * highest))  # the first few tokens are wilder than any chart

    def line(column: int) -> list[tuple[float, ...]]:
        return [(point[0], min(point[column], top)) for point in curve]

    return Chart(
        title=t("evaluate.chart"),
        x=Axis(label=t("evaluate.tokens"), range=(0.0, length)),
        y=Axis(label=t("evaluate.perplexity"), range=(0.0, top)),
        series=[
            Series(label=t("evaluate.measured"), points=line(1), role="decode"),
            Series(label=t("evaluate.promised"), points=line(2), role="decode",
                   kind="predicted"),
        ],
        badges=[badges.counted(), badges.predicted()] if told else [],
        message=message,
        height=230,
    )  # fmt: skip


def _message(found: JobStatus | None, events: Sequence[Event]) -> str:
    if runs.result(found) is not None:
        return t("evaluate.done")
    if any(e.detail.get("what") == "batch" for e in events) and runs.is_active(found):
        return t("evaluate.batching")
    return clock.message(found, events) or t("evaluate.idle")
