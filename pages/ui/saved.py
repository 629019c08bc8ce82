"""What outlives the browser tab: settings, guesses, answers and machine cards in the store.

A store that cannot be written (full disk, read-only folder) never stops a lesson: the page goes
on with what the session knows and says so once, in the frame.
"""

import uuid
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.schema.answers import Answer, AnswerKind
from lesson_core.store.database import Store
from lesson_core.store.tables import LEARNER


@st.cache_resource(max_entries=1)
def store() -> Store:
    """The lab's database, opened once per server."""
    return Store.open()


def session() -> str:
    """An id for this browser tab, used for fairness in the queue."""
    return str(st.session_state.setdefault("session", uuid.uuid4().hex))


def setting(key: str) -> Any:
    """A saved setting, or None."""
    try:
        return store().settings.get(key)
    except LabError as problem:
        note(problem)
        return None


def set_setting(key: str, value: Any) -> None:
    """Save a setting; a failure is noted, not raised."""
    try:
        store().settings.set(key, value)
    except LabError as problem:
        note(problem)


def note(problem: LabError) -> None:
    """Keep a problem of the store for the frame to show."""
    st.session_state["store_problem"] = problem


def keep(
    page: str, kind: AnswerKind, key: str, value: Any, confidence: float | None = None
) -> None:
    """Append a guess, an answer or an explanation of the learner's; confidence from 0 to 1."""
    st.session_state[f"kept.{page}.{kind}.{key}"] = value
    add(made(page, kind, key, value, confidence))


def made(
    page: str, kind: AnswerKind, key: str, value: Any, confidence: float | None = None
) -> Answer:
    """An answer with an id and the time of now; from any thread."""
    return Answer(
        uuid=str(uuid.uuid4()), learner=LEARNER, page=page, kind=kind, key=key, value=value,
        confidence=confidence, created_at=datetime.now(UTC).isoformat(),
    )  # fmt: skip


def add(said: Answer) -> None:
    """Append an answer; one that is kept already changes nothing."""
    known = st.session_state.get("said")
    if known is not None and all(one.uuid != said.uuid for one in known):
        known.append(said)
    try:
        store().answers.append(said)
    except LabError as problem:
        note(problem)


def everything() -> list[Answer]:
    """All that the learner ever said, oldest first; read once, then it grows with `keep`."""
    if "said" not in st.session_state:
        try:
            st.session_state["said"] = store().answers.all(learner=LEARNER)
        except LabError as problem:
            note(problem)
            st.session_state["said"] = []
    said: list[Answer] = st.session_state["said"]
    return said


def latest(page: str, kind: AnswerKind, key: str) -> Any:
    """The last value kept, or None."""
    here = f"kept.{page}.{kind}.{key}"
    if here not in st.session_state:
        found = latest_answer(page, kind, key)
        st.session_state[here] = found.value if found is not None else None
    return st.session_state[here]


def latest_answer(page: str, kind: AnswerKind, key: str) -> Answer | None:
    """The last answer kept, whole, from the store."""
    try:
        return store().answers.latest(learner=LEARNER, page=page, kind=kind, key=key)
    except LabError as problem:
        note(problem)
        return None
