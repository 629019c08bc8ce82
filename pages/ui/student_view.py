"""What a student carries over: one bar per reader, growing sentence by sentence."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.events import Event
from lesson_core.schema.how_zero_shot import HowZeroShot
from lesson_core.schema.jobs import JobStatus
from lesson_core.theory.labelled_sentences import topics
from pages.ui import caching_form, clock, runs, share_bars
from pages.ui.language import t

ROWS = ("en.teacher", "zh.teacher", "zh.glosses", "zh.student")
CHANCE = 1 / len(topics("en"))
WORDINGS = ("described", "name")


def waiting(lesson_id: str) -> None:
    """The empty bars, before the guess."""
    message = t("how_zero_shot.guess_first")
    share_bars.draw(f"{lesson_id}.rows", "how_zero_shot", ROWS, {}, CHANCE, message)


def spec(lesson_id: str) -> HowZeroShot:
    """With the labels as they are put on the page."""
    said = st.session_state.get(f"{lesson_id}.wording")
    return HowZeroShot(wording="name" if said == "name" else "described")


def controls(lesson_id: str, job: str, make_spec: Callable[[], Any]) -> None:
    """How a label is put, and Run; or the offer of the encoder where it is not here."""
    if not caching_form.offer_encoder(lesson_id):
        return
    busy = runs.is_active(runs.status(job))
    names = {name: t(f"zero_shot.way_{name}") for name in WORDINGS}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            t("zero_shot.way"), WORDINGS, default=WORDINGS[0], key=f"{lesson_id}.wording",
            required=True, format_func=names.__getitem__,
        )  # fmt: skip
        st.button(t("how_zero_shot.run"), key=f"{lesson_id}.run", type="primary", disabled=busy,
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
        message = _message(found, events)
        share_bars.draw(f"{lesson_id}.rows", "how_zero_shot", ROWS, rows, CHANCE, message)

    runs.follow(job, draw, every=0.5)


def _message(found: JobStatus | None, events: Sequence[Event]) -> str:
    result = runs.result(found)
    if result is not None:
        return t("how_zero_shot.done", n=result["rows"]["zh.student"]["n"])
    if share_bars.latest(events) and runs.is_active(found):
        return t("clock.embed")
    return clock.message(found, events) or t("how_zero_shot.idle")
