"""The learner's language: `?lang=`, then the saved choice, then the browser's, then English."""

import streamlit as st

from lesson_core.learn import words
from pages.ui import saved


def settle() -> None:
    """Decide the language once per session, before anything is drawn."""
    if st.session_state.get("lang") in words.LANGUAGES:
        return
    asked = st.query_params.get("lang")
    kept = saved.setting("language")
    browser = "zh" if (st.context.locale or "").lower().startswith("zh") else "en"
    wishes = (asked, kept, browser)
    st.session_state["lang"] = next(wish for wish in wishes if wish in words.LANGUAGES)


def current() -> str:
    """`en` or `zh`."""
    language = st.session_state.get("lang")
    return language if language in words.LANGUAGES else "en"


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
        on_change=_remember,
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


def _choose() -> None:
    st.session_state["lang"] = st.session_state["settings.language"]
    _remember()


def _remember() -> None:
    st.query_params["lang"] = current()
    saved.set_setting("language", current())
