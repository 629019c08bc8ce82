"""The whiteboard of an interview: own words, sums and sketches, kept whenever one looks up."""

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.learn.interview import asked
from lesson_core.learn.interview.log import Sitting
from pages.ui import interview_desk
from pages.ui.language import current, t
from pages.ui.numbers import rounded

MOST = 20_000  # characters


def write(sitting: Sitting, n: int) -> None:
    """An open question, answered on the board."""
    item, key = sitting.items[n], f"{interview_desk.key(sitting, n)}.text"
    if item.way == "project" and item.step == 0:
        st.markdown(claim(sitting))
    st.markdown(asked.ask(item, current(), None))
    st.session_state.setdefault(key, sitting.notes.get(n, ""))
    # No `max_chars`: with it a browser drops a longer text as a whole, and says nothing.
    st.text_area(t("card.own_answer"), key=key, height=220, placeholder=t("interview.own_hint"),
                 on_change=_note, args=(sitting, n, key))  # fmt: skip
    st.button(t("interview.answer"), key=f"{interview_desk.key(sitting, n)}.answer",
              on_click=_written, args=(sitting, n, key))  # fmt: skip
    interview_desk.problem(sitting, n)


def whiteboard(sitting: Sitting, n: int) -> None:
    """Room for sums beside a question that wants a number or a choice."""
    key = f"{interview_desk.key(sitting, n)}.board"
    with st.expander(t("interview.whiteboard")):
        st.session_state.setdefault(key, sitting.notes.get(n, ""))
        st.text_area(t("interview.whiteboard_hint"), key=key, height=140,
                     on_change=_note, args=(sitting, n, key))  # fmt: skip


def claim(sitting: Sitting) -> str:
    """What is to be defended: a number of this machine, or one of the learner's own."""
    own = sitting.claim
    if own is None:
        return t("interview.claim")
    page = t(f"lessons.{own.question.split('.')[0]}.nav")
    value, low, high = (rounded(number) for number in (own.value, own.low, own.high))
    return t("interview.claim_own", page=page, value=value, low=low, high=high)


def _note(sitting: Sitting, n: int, key: str) -> None:
    text = str(st.session_state[key])
    if not _long(sitting, n, text):
        interview_desk.tell(sitting.id, "note", n=n, text=text)


def _written(sitting: Sitting, n: int, key: str) -> None:
    text = str(st.session_state[key]).strip()
    if not text:
        interview_desk.refuse(sitting, n, LabError("reply_empty"))
    elif not _long(sitting, n, text):
        interview_desk.answer(sitting, n, {"text": text})


def _long(sitting: Sitting, n: int, text: str) -> bool:
    """Whether it is more than is kept; then a sentence says so, and the text stays as it is."""
    long = len(text) > MOST
    trouble = LabError("reply_long", chars=f"{len(text):,}", limit=f"{MOST:,}") if long else None
    interview_desk.refuse(sitting, n, trouble)
    return long
