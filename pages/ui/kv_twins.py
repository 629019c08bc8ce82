"""The two sides of the KV cache lesson: the rising and the flat line, and the proof that only
time differs."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from pages.ui import badges, clock, lesson, runs
from pages.ui.language import t
from pages.ui.numbers import count, rounded
from pages.ui.plain_text import literal
from pages.ui.xy_chart import Axis, Chart, Series, xy_chart


def waiting(lesson_id: str) -> None:
    """The empty axes, before the guess."""
    xy_chart(key=f"{lesson_id}.twins", chart=_chart([], (), (), t("kv.guess_first")))


def live(lesson_id: str, job: str) -> None:
    """Follow the run: two measured lines grow along two predicted ones; the text below."""

    def draw(found: JobStatus | None) -> None:
        events = runs.events(found)
        with_s, without_s = _predicted(events)
        steps = [event for event in events if event.stage == "decode"]
        message = clock.message(found, events) or _so_far(steps)
        xy_chart(key=f"{lesson_id}.twins", chart=_chart(steps, with_s, without_s, message))
        st.markdown(literal("".join(event.text or "" for event in steps)) or "&nbsp;")
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))

    runs.show_refusal(job)
    runs.follow(job, draw, every=0.8)  # each look costs the worker a step of its own length


def _predicted(events: Sequence[Event]) -> tuple[Sequence[float], Sequence[float]]:
    told = {e.detail["what"]: e.detail["steps_s"] for e in events if "steps_s" in e.detail}
    return told.get("prediction", ()), told.get("without", ())


def _so_far(steps: Sequence[Event]) -> str:
    """“37 of 37 tokens the same · KV cache 1.4 MB · 84 token passes with it, 2,331 without”."""
    if not steps:
        return t("kv.idle")
    last = steps[-1].detail
    same = sum(event.detail["same"] for event in steps)
    run = {f"{side}_n": f"{last[f'passes_{side}']:,}" for side in ("with", "without")}
    return t("kv.so_far", same=same, steps=len(steps), kv=f"{count(last['kv_bytes'])}B", **run)


def _chart(
    steps: Sequence[Event], with_s: Sequence[float], without_s: Sequence[float], message: str
) -> Chart:
    """Decode steps only: the first token is prefill, the same work on both sides."""

    def measured(side: str) -> list[tuple[float, ...]]:
        return [(float(e.step or 0) + 1, e.detail[side] * 1e3) for e in steps if e.step]

    def expected(seconds: Sequence[float]) -> list[tuple[float, ...]]:
        return [(float(i) + 1, s * 1e3) for i, s in enumerate(seconds) if i]

    return Chart(
        title=t("kv.chart"),
        x=Axis(label=t("kv.token"), zero=False, range=(2.0, 48.0), name=t("kv.token_short")),
        y=Axis(label=t("kv.ms"), range=(0.0, 50.0)),
        series=[
            Series(label="", points=expected(without_s), kind="predicted"),
            Series(label="", points=expected(with_s), kind="predicted", role="decode"),
            Series(label=t("kv.without"), points=measured("without_s")),
            Series(label=t("kv.with"), points=measured("with_s"), role="decode"),
        ],
        badges=[badges.live(), badges.predicted()],
        message=message,
    )


def passes(summary: dict[str, Any]) -> dict[str, int]:
    """Token passes through the model, with the cache and without, for the finished answer."""
    prompt, answer = summary["tokens_in"], summary["tokens_out"]
    without = answer * prompt + answer * (answer - 1) // 2
    return {"passes_with": prompt + answer - 1, "passes_without": without}


def proof(summary: dict[str, Any]) -> None:
    """The same tokens, and how far the logits drift apart in each number format."""
    lesson.heading("same_answer")
    agree: list[bool] = summary["agree"]
    same, steps = sum(agree), len(agree)
    key = "kv.identical" if same == steps else "kv.near_tie"
    icon = ":material/check:" if same == steps else ":material/info:"
    first = next((i for i, ok in enumerate(agree, start=1) if not ok), 0)
    margin = rounded(summary["margins"][first - 1]) if first else ""
    st.markdown(f"{icon} {t(key, same=same, steps=steps, first=first, margin=margin)}")
    rows = [
        f"| {row['precision']} | {row['delta']:.1e} | {rounded(row['margin'])} "
        f"| {row['same']} / {row['steps']} |"
        for row in summary["precisions"]
    ]
    st.markdown("\n".join([t("kv.table_head"), "|---|--:|--:|--:|", *rows]))
    st.caption(t("kv.table_note"))
