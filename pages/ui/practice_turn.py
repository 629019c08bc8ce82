"""Which question lies on the table, and how it leaves: rated, taken back, put off."""

import random
from datetime import datetime, timedelta

import streamlit as st

from lesson_core.schema.question import Question
from pages.ui import saved


def answered(asked: Question) -> bool:
    """Whether it was answered since it was put on the table."""
    since = saved.everything()[st.session_state["practice.since"] :]
    return any(one.key == asked.id and one.kind == "answer" for one in since)


def turn_to(question: str) -> str:
    """Put a question on the table: nothing filled in, and with numbers of its own."""
    for key in [key for key in st.session_state if str(key).startswith(f"{question}.")]:
        del st.session_state[key]
    st.session_state[f"{question}.seed"] = random.randrange(10**6)
    st.session_state["practice.since"] = len(saved.everything())
    st.session_state["practice.shown"] = question
    return question


def rate(asked: Question, rating: int) -> None:
    """Keep how it went and clear the table."""
    saved.keep(asked.lesson, "review", asked.id, {"rating": rating})
    st.session_state.setdefault("practice.rated", []).append(asked.id)
    st.session_state["practice.shown"] = None


def undo() -> None:
    """Take the last rating back, and its answer; the question returns."""
    question = st.session_state["practice.rated"].pop()
    saved.keep(question.split(".")[0], "review", question, {"undone": True})
    turn_to(question)


def put_off() -> dict[str, datetime]:
    """Questions put off, until when."""
    now = datetime.now().astimezone()
    kept: dict[str, datetime] = st.session_state.get("practice.put_off", {})
    return {question: until for question, until in kept.items() if until > now}


def put_off_now(question: str) -> None:
    """Not for the next hour; only this session remembers."""
    until = datetime.now().astimezone() + timedelta(hours=1)
    st.session_state["practice.put_off"] = {**put_off(), question: until}
    st.session_state["practice.shown"] = None
