"""What stands in an editor: in the session, and in the store so that it outlives the tab.

A version belongs to a text that was put there by the page; what is typed keeps its version. So a
message that was still under way when the text was replaced is known by its version, and dropped.
"""

from dataclasses import dataclass

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.store.tables import LEARNER
from pages.ui import saved


@dataclass(frozen=True)
class Draft:
    """The text and how often it was replaced from outside in this session."""

    text: str
    version: int


def of(key: str, start: str) -> Draft:
    """The draft of this session, else the one kept, else `start`."""
    name = _name(key)
    if name not in st.session_state:
        kept = _kept(name)
        st.session_state[name] = Draft(kept if isinstance(kept, str) else start, 0)
    draft: Draft = st.session_state[name]
    return draft


def keep(key: str, text: str, version: int | None = None) -> bool:
    """Keep what was typed; False where it was typed into a text that has been replaced since."""
    name = _name(key)
    now = st.session_state.get(name, Draft("", 0))
    if version not in (None, now.version):
        return False
    if text != now.text:
        st.session_state[name] = Draft(text, now.version)
        _save(name, text)
    return True


def replace(key: str, text: str) -> None:
    """Another text in its place."""
    name = _name(key)
    now = st.session_state.get(name, Draft("", 0))
    st.session_state[name] = Draft(text, now.version + 1)
    _save(name, text)


def _name(key: str) -> str:
    return f"draft.{key}"


def _kept(name: str) -> object:
    try:
        return saved.store().settings.get(name, learner=LEARNER)
    except LabError as problem:
        saved.note(problem)
        return None


def _save(name: str, text: str) -> None:
    try:
        saved.store().settings.set(name, text, learner=LEARNER)
    except LabError as problem:
        saved.note(problem)
