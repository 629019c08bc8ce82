"""An example of ours in a field: it follows the language, until something else is typed."""

from collections.abc import Iterable

import streamlit as st

from lesson_core.learn import words
from pages.ui.language import t


def until_typed(key: str, ours: Iterable[str], wanted: str) -> None:
    """Put `wanted` into the field of this key while it holds nothing but one of `ours`."""
    now = st.session_state.get(key)
    # Assigning even the same value would wipe what is typed but not yet submitted.
    if now != wanted and now in (None, *ours):
        st.session_state[key] = wanted


def word_until_typed(key: str, word: str) -> None:
    """The same for one of the lab's words, in the language of the page."""
    until_typed(key, [words.t(lang, word) for lang in words.LANGUAGES], t(word))
