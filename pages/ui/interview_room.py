"""During an interview: the clock, one question, and the ways on. Nothing is said about right."""

from datetime import UTC, datetime
from typing import Literal

import streamlit as st

from lesson_core.learn.interview import asked
from lesson_core.learn.interview.log import Sitting
from pages.ui import interview_ask, interview_desk, interview_trace
from pages.ui.countdown import countdown
from pages.ui.language import current, t

Kind = Literal["primary", "secondary", "tertiary"]


def show(sitting: Sitting) -> None:
    """The bar, then the question; while paused the question is put away."""
    left = sitting.left_s(datetime.now(UTC))
    _bar(sitting, left)
    if sitting.paused:
        st.markdown(t("interview.paused"))
        return
    # Looks again when the clock strikes, and leaves alone what is being typed.
    st.fragment(_time_up, run_every=left + 1 if left > 0 and not sitting.untimed else None)()
    _question(sitting)
    interview_trace.prepare(sitting.items[sitting.at :])


def _time_up() -> None:
    """That the time is over, and the way to go on all the same."""
    sitting = interview_desk.current()
    if sitting is None or sitting.over or sitting.untimed:
        return
    if sitting.left_s(datetime.now(UTC)) <= 0:
        with st.container(horizontal=True, vertical_alignment="center", key="interview-time-up"):
            st.markdown(t("interview.time_up"), width="content")
            _button(sitting, "untimed", t("interview.go_on"))


def _bar(sitting: Sitting, left: float) -> None:
    place = t("interview.place", n=sitting.at + 1, count=len(sitting.items))
    with st.container(horizontal=True, vertical_alignment="center", key="interview-bar"):
        st.caption(place, width="stretch")
        with st.container(width=108, key="interview-clock"):
            countdown(key="interview.clock", left_s=left, paused=sitting.paused)
        if sitting.paused:
            _button(sitting, "resume", t("interview.resume"), kind="primary")
        else:
            _button(sitting, "pause", t("interview.pause"))
        with st.popover(t("interview.end"), type="tertiary"):
            st.markdown(t("interview.end_sure"))
            _button(sitting, "end", t("interview.end_now"), kind="secondary")


def _question(sitting: Sitting) -> None:
    item = sitting.items[sitting.at]
    if not asked.known(item):  # of another version of the lab
        interview_desk.tell(sitting.id, "skip", n=sitting.at)
        st.rerun()
    with st.container(border=True, key="card-interview"):
        words = [asked.topic(item, current()), _what(sitting)]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(" · ".join(word for word in words if word), width="stretch")
            minutes = f"{round(item.seconds / 30) / 2:g}"
            st.caption(t("interview.about", minutes=minutes), width="content")
        interview_ask.draw(sitting, sitting.at)
        st.button(t("interview.skip"), key=f"interview.{sitting.at}.skip", type="tertiary",
                  on_click=interview_desk.tell, args=(sitting.id, "skip"),
                  kwargs={"n": sitting.at})  # fmt: skip


def _what(sitting: Sitting) -> str:
    item = sitting.items[sitting.at]
    if item.way == "chain" and item.step:
        return t("interview.follow_up")
    return t("interview.project") if item.way == "project" else ""


def _button(sitting: Sitting, event: str, label: str, kind: Kind = "tertiary") -> None:
    st.button(label, key=f"interview.{event}", type=kind, on_click=interview_desk.tell,
              args=(sitting.id, event))  # fmt: skip
