"""A field for code, its text kept as a draft: through reruns, through a reload of the page.

A text area. It sends its text when it is left or on Ctrl/Cmd+Enter; give the page's run button
`shortcut="Mod+Enter"`, then one stroke sends the text and presses the button.
"""

from dataclasses import dataclass

import streamlit as st

from pages.ui import editor_draft

LONGEST = 32_000  # characters; the judge takes no more than 64 KiB


@dataclass(frozen=True)
class Edited:
    """What stands in the editor, and whether Ctrl/Cmd+Enter was pressed in it in this rerun."""

    text: str
    run: bool


def code_editor(key: str, start: str, *, label: str) -> Edited:
    """Draw the editor named `key` with its draft, or with `start` where there is none."""
    draft = editor_draft.of(key, start)
    field = f"{key}.plain.{draft.version}"
    st.session_state.setdefault(field, draft.text)
    text = st.text_area(label, key=field, height=360, max_chars=LONGEST,
                        on_change=_typed, args=(key, field))  # fmt: skip
    return Edited(str(text), run=False)


def replace_text(key: str, text: str) -> None:
    """Put `text` into the editor in place of what stands there, from a callback or before it."""
    editor_draft.replace(key, text)


def _typed(key: str, field: str) -> None:
    editor_draft.keep(key, st.session_state[field])
