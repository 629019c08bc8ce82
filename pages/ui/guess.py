"""The guess comes before any answer, curve or earlier result is visible.

A guess is a number and a confidence. It is locked before the run, kept in the store, and drawn
beside prediction and measurement afterwards.
"""

from dataclasses import dataclass

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.learn.quiz import parse_number
from lesson_core.schema.answers import Answer
from pages.ui import lesson, problems, saved
from pages.ui.language import t

CONFIDENCES = (50, 70, 90)


@dataclass(frozen=True)
class Guess:
    """What the learner said; `confidence` in percent."""

    value: float
    confidence: int


def made(lesson_id: str) -> Guess | None:
    """The locked guess of this session, or None; after a refresh of a run, the one kept with it."""
    key = f"{lesson_id}.guess"
    if key not in st.session_state and "job" in st.query_params:
        said = saved.latest_answer(lesson_id, "guess", "guess")
        st.session_state[key] = Guess(said.value, _percent(said)) if said else None
    kept = st.session_state.get(key)
    return kept if isinstance(kept, Guess) else None


def _percent(said: Answer) -> int:
    return round((said.confidence or 0.7) * 100)


def may_see(lesson_id: str) -> bool:
    """Results are visible once the guess is in, was skipped, or answers go first."""
    skipped = bool(st.session_state.get(f"{lesson_id}.skipped"))
    return made(lesson_id) is not None or skipped or lesson.answers_first()


def ask(lesson_id: str, unit: str) -> Guess | None:
    """The question, a number, a confidence, and the button that locks them."""
    mine = made(lesson_id)
    with st.container(border=True, key=f"guess-{lesson_id}"):
        st.markdown(f"**{t('lesson.guess_first')}** {lesson.prose(lesson_id, 'guess')}")
        if mine is not None:
            _locked(lesson_id, mine, unit)
        elif lesson.answers_first():
            st.caption(t("lesson.guess_not_scored"))
        elif st.session_state.get(f"{lesson_id}.skipped"):
            st.button(t("lesson.guess_after_all"), key=f"{lesson_id}.unskip", type="tertiary",
                      on_click=_unskip, args=(lesson_id,))  # fmt: skip
        else:
            _open(lesson_id, unit)
    return mine


def _open(lesson_id: str, unit: str) -> None:
    label = t("lesson.your_guess", unit=unit) if unit else t("lesson.your_count")
    with (
        st.form(f"{lesson_id}.form", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(label, key=f"{lesson_id}.reply", width=160)
        st.segmented_control(
            t("lesson.confidence"), CONFIDENCES, default=70, required=True,
            key=f"{lesson_id}.confidence", format_func=lambda percent: f"{percent} %",
        )  # fmt: skip
        st.form_submit_button(t("lesson.lock"), type="secondary", key=f"{lesson_id}.lock",
                              on_click=_lock, args=(lesson_id, unit))  # fmt: skip
        st.form_submit_button(t("lesson.skip_guess"), type="tertiary", key=f"{lesson_id}.skip",
                              on_click=_skip, args=(lesson_id,))  # fmt: skip
    problem = st.session_state.get(f"{lesson_id}.guess_problem")
    if problem is not None:
        problems.show(problem)


def _locked(lesson_id: str, mine: Guess, unit: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        value = f"{mine.value:g} {unit}".strip()
        said = t("lesson.you_said", value=value, percent=mine.confidence)
        st.markdown(said, width="content")
        st.button(t("lesson.guess_again"), key=f"{lesson_id}.again", type="tertiary",
                  on_click=_again, args=(lesson_id,))  # fmt: skip


def _lock(lesson_id: str, unit: str) -> None:
    state = st.session_state
    try:
        value = parse_number(state[f"{lesson_id}.reply"], unit)
        if not value > 0:
            raise LabError("guess_not_positive", value=state[f"{lesson_id}.reply"])
    except LabError as problem:
        state[f"{lesson_id}.guess_problem"] = problem
        return
    state.pop(f"{lesson_id}.guess_problem", None)
    confidence = int(state.get(f"{lesson_id}.confidence") or 70)
    state[f"{lesson_id}.guess"] = Guess(value, confidence)
    saved.keep(lesson_id, "guess", "guess", value, confidence / 100)


def _skip(lesson_id: str) -> None:
    st.session_state[f"{lesson_id}.skipped"] = True


def _unskip(lesson_id: str) -> None:
    st.session_state.pop(f"{lesson_id}.skipped", None)


def _again(lesson_id: str) -> None:
    st.session_state[f"{lesson_id}.guess"] = None
