"""The learner's language: `?lang=`, then the saved choice, then the browser's, then English."""

import streamlit as st

from lesson_core.learn import words
from pages.ui import saved

CHOSEN = "language"  # of this session; the switch is drawn from it and writes to it
DRAWN = "language.drawn"  # that of the page as a whole


def settle() -> None:
    """Decide the language once per session, before anything is drawn."""
    if CHOSEN not in st.session_state:
        asked = st.query_params.get("lang")
        kept = saved.setting("language")
        browser = "zh" if (st.context.locale or "").lower().startswith("zh") else "en"
        wishes = (asked, kept, browser)
        st.session_state[CHOSEN] = next(wish for wish in wishes if wish in words.LANGUAGES)
    if st.session_state.get("lang") not in words.LANGUAGES:
        st.session_state["lang"] = current()
    st.session_state[DRAWN] = current()


def whole() -> None:
    """In a fragment with text fields: draw the whole page where only the fragment turned.

    Who types and then clicks the switch reruns the fragment, and with it the choice is made.
    """
    if st.session_state.get(DRAWN, current()) != current():
        st.rerun()


def current() -> str:
    """`en` or `zh`."""
    return str(st.session_state.get(CHOSEN, "en"))


def t(key: str, **values: object) -> str:
    """One sentence of the interface in the learner's language."""
    return words.t(current(), key, **values)


def switch() -> None:
    """The language switch; page, widgets and answers stay, because their keys never change."""
    st.segmented_control(
        t("frame.language"),
        words.LANGUAGES,
        key="lang",
        required=True,
        format_func=lambda language: {"en": "EN", "zh": "中文"}[language],
        label_visibility="collapsed",
        on_change=_switch,
    )


def choice() -> None:
    """The same choice, spelled out, for the settings page."""
    st.session_state["settings.language"] = current()
    st.radio(
        t("frame.language"),
        words.LANGUAGES,
        key="settings.language",
        format_func=lambda language: {"en": "English", "zh": "简体中文"}[language],
        horizontal=True,
        on_change=_choose,
    )


def _switch() -> None:
    """A browser that is still drawing the switch may say None when something else reruns."""
    if st.session_state["lang"] in words.LANGUAGES:
        _remember(st.session_state["lang"])


def _choose() -> None:
    st.session_state["lang"] = st.session_state["settings.language"]
    _remember(st.session_state["settings.language"])


def _remember(language: str) -> None:
    st.session_state[CHOSEN] = language
    st.query_params["lang"] = language
    saved.set_setting("language", language)
