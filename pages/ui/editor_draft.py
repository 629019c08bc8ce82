"""What stands in an editor: in the session, and in the store so that it outlives the tab.

A version belongs to a text that the page put there; what is typed keeps its version. So a message
that was still under way when the text was replaced is known by its version, and dropped.
"""

from dataclasses import dataclass, replace

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.store.tables import LEARNER
from pages.ui import saved


@dataclass(frozen=True)
class Draft:
    """The text; how often the page replaced it; what the editor opened with, and how often."""

    text: str
    version: int = 0
    sent: str = ""
    opened: int = 0


def of(key: str, start: str) -> Draft:
    """The draft of this session, else the one kept, else `start`."""
    name = _name(key)
    if name not in st.session_state:
        kept = _kept(name)
        text = kept if isinstance(kept, str) else start
        st.session_state[name] = Draft(text, sent=text)
    draft: Draft = st.session_state[name]
    return draft


def opened(key: str) -> Draft:
    """The editor is new on the page: it is told the text of now."""
    draft = of(key, "")
    return _set(key, replace(draft, sent=draft.text, opened=draft.opened + 1))


def keep(key: str, text: str, version: int) -> None:
    """Keep what was typed, unless the text it was typed into has been replaced since."""
    draft = of(key, "")
    if version == draft.version and text != draft.text:
        _set(key, replace(draft, text=text))
        _save(_name(key), text)


def put(key: str, text: str) -> None:
    """Another text in its place."""
    draft = of(key, "")
    _set(key, replace(draft, text=text, version=draft.version + 1, sent=text))
    _save(_name(key), text)


def _set(key: str, draft: Draft) -> Draft:
    st.session_state[_name(key)] = draft
    return draft


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
