"""CodeMirror as a component (assets/components/editor.js), and what it says back.

What it receives: {lang, labels, key, label, text, version, opened, longest}. `text` is taken when
the editor opens and once per `version` after that, not at every rerun: the data stay the same while
the learner types, so the page sends the bundle once and never writes over the typing.
What it says: the state `typed` and the trigger `run`, each {version, text}, so that a run carries
its text with it; the trigger `failed`, a sentence, where the browser could not build the editor.
"""

from functools import partial
from typing import Any

import streamlit as st

from pages.ui import editor_draft
from pages.ui.component_loader import mount

LONGEST = 32_000  # characters; the judge takes no more than 64 KiB
FAILED = "editor.failed"  # in this session: draw the text area


def mirror(key: str, start: str, *, label: str) -> bool:
    """Draw the editor; whether Ctrl/Cmd+Enter was pressed in it in this rerun."""
    name = f"{key}.code"
    draft = editor_draft.of(key, start)
    if name not in st.session_state:
        draft = editor_draft.opened(key)
    data = {"key": name, "label": label, "text": draft.sent, "version": draft.version,
            "opened": draft.opened, "longest": LONGEST}  # fmt: skip
    said = mount(
        "editor", key=name, data=data,
        on_typed_change=partial(_typed, key, name), on_run_change=partial(_run, key, name),
        on_failed_change=_failed,
    )  # fmt: skip
    run = _said(said.run)
    return run is not None and run["version"] == draft.version


def _typed(key: str, name: str) -> None:
    _keep(key, st.session_state[name].typed)


def _run(key: str, name: str) -> None:
    _keep(key, st.session_state[name].run)


def _failed() -> None:
    st.session_state[FAILED] = True


def _keep(key: str, said: object) -> None:
    found = _said(said)
    if found is not None:
        editor_draft.keep(key, found["text"], found["version"])


def _said(said: object) -> dict[str, Any] | None:
    """A message of the component, if it is one: it comes from a browser."""
    if not isinstance(said, dict) or not isinstance(said.get("version"), int):
        return None
    text = said.get("text")
    return said if isinstance(text, str) and len(text) <= LONGEST else None
