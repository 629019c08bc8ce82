"""What a learner practises: which topics, until when, and which questions can be asked here."""

from datetime import date, datetime

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.learn import bank
from lesson_core.learn.practice import Desk
from lesson_core.schema.question import Measured, Question
from lesson_core.store.tables import LEARNER
from pages.ui import saved
from pages.ui.language import current, t

ASKABLE = "practice.askable"


def desk() -> Desk:
    """Every question that can be asked, and all that was said."""
    return Desk(
        questions=st.session_state.get(ASKABLE) or look_again(), said=saved.everything(),
        interview=interview(), extra=int(st.session_state.get("practice.extra", 0)),
    )  # fmt: skip


def look_again() -> list[Question]:
    """The questions of the bank without those about runs that are not here or only noise."""
    askable = [one for one in bank.every() if not isinstance(one, Measured) or _has_key(one)]
    st.session_state[ASKABLE] = askable
    return askable


def _has_key(asked: Measured) -> bool:
    try:
        kept = bank.measured(asked, saved.store().jobs)
    except LabError as problem:
        saved.note(problem)
        return False
    return kept is not None and kept[1].askable


def topics() -> list[str]:
    """The topics that were chosen; none means all."""
    return list(st.session_state.get("practice.topics", ()))


def interview() -> date | None:
    """The day to be ready, or None."""
    if "practice.interview" not in st.session_state:
        try:
            kept = saved.store().settings.get("interview", learner=LEARNER)
        except LabError as problem:
            saved.note(problem)
            kept = None
        st.session_state["practice.interview"] = _day(kept)
    day: date | None = st.session_state["practice.interview"]
    return day


def _day(kept: object) -> date | None:
    """A date as it is kept; None for anything else, which an imported file may hold."""
    try:
        return date.fromisoformat(str(kept))
    except ValueError:
        return None


def choices() -> None:
    """Topics and the day of the interview, out of the way until they are wanted."""
    names = {topic: getattr(said, current()) for topic, said in bank.topics().items()}
    asked = {one.topic for one in bank.every()}
    with st.popover(t("practice.topics"), type="tertiary"):
        st.multiselect(
            t("practice.only_topics"), [topic for topic in names if topic in asked],
            key="practice.topics", format_func=names.__getitem__, placeholder=t("practice.all"),
        )  # fmt: skip
    with st.popover(_label(), type="tertiary"):
        st.date_input(
            t("practice.interview"), interview(), min_value="today", key="practice.day",
            format="YYYY-MM-DD", on_change=_keep_day,
        )  # fmt: skip
        st.caption(t("practice.interview_note"))


def _label() -> str:
    day = interview()
    today = datetime.now().astimezone().date()
    if day is None or day < today:
        return t("practice.no_interview")
    return t("practice.days_left", days=(day - today).days)


def _keep_day() -> None:
    day = st.session_state["practice.day"]
    st.session_state["practice.interview"] = day
    try:
        value = day.isoformat() if day else None
        saved.store().settings.set("interview", value, learner=LEARNER)
    except LabError as problem:
        saved.note(problem)
