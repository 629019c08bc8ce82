"""The zero-shot experiment on a page: one bar per way of asking, growing sentence by sentence."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from lesson_core.theory.labelled_sentences import sentences, topics
from pages.ui import caching_form, clock, runs, share_bars
from pages.ui.language import t

ROWS = ("en.name", "en.described", "zh.described", "zh.crossed", "en.sum", "en.prior", "zh.prior")
CHANCE = 1 / len(topics("en"))


def waiting(lesson_id: str) -> None:
    """The empty bars, before the guess."""
    message = t("zero_shot.guess_first")
    share_bars.draw(f"{lesson_id}.rows", "zero_shot", ROWS, {}, CHANCE, message)


def controls(lesson_id: str, job: str, make_spec: Callable[[], Any]) -> None:
    """Run, or the offer of the encoder where it is not here."""
    if not caching_form.offer_encoder(lesson_id):
        return
    busy = runs.is_active(runs.status(job))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(t("zero_shot.run"), key=f"{lesson_id}.run", type="primary", disabled=busy,
                  help=t("machine.busy") if busy else None, shortcut="Mod+Enter",
                  on_click=runs.start, args=(job, make_spec))  # fmt: skip
        if busy:
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))
    runs.show_problem(job, runs.status(job))


def live(lesson_id: str, job: str) -> None:
    """The bars grow while sentences are read."""

    def draw(found: JobStatus | None) -> None:
        result = runs.result(found)
        events = runs.events(found)
        rows = result["rows"] if result else share_bars.latest(events)
        message = _message(found, events, rows)
        share_bars.draw(f"{lesson_id}.rows", "zero_shot", ROWS, rows, CHANCE, message)

    runs.follow(job, draw, every=0.5)


def percent(row: dict[str, Any], key: str = "") -> float:
    """Accuracy of a row, or another of its shares, in percent."""
    share: float = row[key] if key else row["right"] / row["n"]
    return 100 * share


def _message(
    found: JobStatus | None, events: Sequence[Event], rows: dict[str, dict[str, Any]]
) -> str:
    told = rows.get("en.sum", {}).get("n", 0)
    if runs.result(found) is not None:
        return t("zero_shot.done", n=len(sentences("en")), told=told)
    if told and runs.is_active(found):
        return t("zero_shot.asking", done=told)
    return clock.message(found, events) or t("zero_shot.idle")
