"""Answered in own words; then a model answer and the rubric, and the learner rates the own one."""

import streamlit as st

from lesson_core.schema.question import LEVELS, Open
from pages.ui import card_words
from pages.ui.language import t


def ask(asked: Open, *, once: bool = False) -> None:
    """Own words first; what each level says only afterwards."""
    st.markdown(card_words.said(asked, asked.ask))
    compared = st.session_state.get(f"{asked.id}.compared")
    locked = once and compared is not None
    with st.form(f"{asked.id}.form", border=False):
        # Locked, it is a widget of its own: Streamlit empties one that becomes disabled.
        key = f"{asked.id}.{'locked' if locked else 'own'}"
        st.text_area(t("card.own_answer"), compared or "", key=key, height=120, max_chars=4000,
                     disabled=locked)  # fmt: skip
        st.form_submit_button(t("card.compare"), key=f"{asked.id}.check", disabled=locked,
                              on_click=_compare, args=(asked,))  # fmt: skip
    if compared is None:
        return
    st.markdown(f"**{t('card.model_answer')}**\n\n{card_words.said(asked, asked.model)}")
    levels = [f"- **{level}** {card_words.said(asked, asked.rubric[level])}" for level in LEVELS]
    st.markdown("\n".join(levels))
    rated = st.session_state.get(f"{asked.id}.rated")
    if once and rated is not None:  # one answer, one review
        st.markdown(f"{t('card.rate')} **{rated}**")
    else:
        st.segmented_control(t("card.rate"), LEVELS, key=f"{asked.id}.level",
                             on_change=_rate, args=(asked,))  # fmt: skip
    card_words.sources(asked)


def _compare(asked: Open) -> None:
    st.session_state[f"{asked.id}.compared"] = st.session_state[f"{asked.id}.own"]


def _rate(asked: Open) -> None:
    level = st.session_state[f"{asked.id}.level"]
    if level is not None:
        own = st.session_state[f"{asked.id}.compared"]
        st.session_state[f"{asked.id}.rated"] = level
        card_words.keep(asked, {"text": own, "level": level})
