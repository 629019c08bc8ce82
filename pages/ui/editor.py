"""A field for code: CodeMirror, or a plain text area where the learner prefers it or it fails.

The text is kept as a draft, through reruns and through a reload of the page. Ctrl/Cmd+Enter in
CodeMirror is a run with its text. A text area cannot tell that stroke from being left; give the
page's run button `shortcut="Mod+Enter"`, then one stroke sends the text and presses the button,
and CodeMirror keeps the stroke for itself.
"""

from dataclasses import dataclass

import streamlit as st

from pages.ui import editor_draft, saved
from pages.ui.editor_mirror import FAILED, LONGEST, mirror
from pages.ui.language import t

PLAIN = "editor.plain"  # the setting, for all editors


@dataclass(frozen=True)
class Edited:
    """What stands in the editor, and whether Ctrl/Cmd+Enter was pressed in it in this rerun."""

    text: str
    run: bool


def code_editor(key: str, start: str, *, label: str) -> Edited:
    """Draw the editor named `key` with its draft, or with `start` where there is none."""
    editor_draft.of(key, start)
    failed = FAILED in st.session_state
    run = False
    if failed or _plain():
        _area(key, start, label)
    else:
        run = mirror(key, start, label=label)
    if failed:
        st.caption(t("editor.failed"))
    else:
        _switch(key)
    return Edited(editor_draft.of(key, start).text, run)


def replace_text(key: str, text: str) -> None:
    """Put `text` into the editor, from a callback or before the editor is drawn."""
    editor_draft.put(key, text)


def _area(key: str, start: str, label: str) -> None:
    draft = editor_draft.of(key, start)
    field = f"editor-plain-{key}-{draft.version}"  # frame.css knows it
    st.session_state.setdefault(field, draft.text)
    st.text_area(label, key=field, height=360, max_chars=LONGEST,
                 on_change=_typed, args=(key, field, draft.version))  # fmt: skip


def _typed(key: str, field: str, version: int) -> None:
    editor_draft.keep(key, st.session_state[field], version)


def _plain() -> bool:
    if PLAIN not in st.session_state:
        st.session_state[PLAIN] = bool(saved.setting(PLAIN))
    return bool(st.session_state[PLAIN])


def _switch(key: str) -> None:
    name = f"{key}.plain"
    st.session_state[name] = _plain()
    st.toggle(t("editor.plain"), key=name, help=t("editor.plain_help"),
              on_change=_switched, args=(name,))  # fmt: skip


def _switched(name: str) -> None:
    st.session_state[PLAIN] = st.session_state[name]
    saved.set_setting(PLAIN, st.session_state[name])
