"""Whether a guess was close, kept once, so that confidence can be held against outcome."""

import streamlit as st

from lesson_core.learn import quiz
from pages.ui import lesson, saved
from pages.ui.guess import Guess


def keep(
    lesson_id: str, mine: Guess, measured: float, interval: tuple[float, float] | None
) -> None:
    """Keep once whether a guess was close: off by 25 % at most, or too close to tell."""
    key = f"{lesson_id}.scored"
    if st.session_state.get(key) == mine or measured <= 0 or lesson.answers_first():
        return
    st.session_state[key] = mine
    factor = quiz.factor(mine.value, measured)
    told_apart = interval is None or not interval[0] <= mine.value <= interval[1]
    value = {"confidence": mine.confidence, "factor": factor,
             "close": factor <= quiz.CLOSE or not told_apart}  # fmt: skip
    saved.keep(lesson_id, "guess", "scored", value, mine.confidence / 100)
