"""Whether a guess was close, kept once, so that confidence can be held against outcome."""

import streamlit as st

from pages.ui import lesson, saved
from pages.ui.guess import Guess

CLOSE = 1.25  # a guess this factor off, or less, was close


def keep(
    lesson_id: str, mine: Guess, measured: float, interval: tuple[float, float] | None
) -> None:
    """Keep once whether a guess was close: off by 25 % at most, or too close to tell."""
    key = f"{lesson_id}.scored"
    if st.session_state.get(key) == mine or measured <= 0 or lesson.answers_first():
        return
    st.session_state[key] = mine
    factor = max(mine.value / measured, measured / mine.value)
    told_apart = interval is None or not interval[0] <= mine.value <= interval[1]
    value = {"confidence": mine.confidence, "factor": factor,
             "close": factor <= CLOSE or not told_apart}  # fmt: skip
    saved.keep(lesson_id, "guess", "scored", value, mine.confidence / 100)
