"""One of several answers is right; each wrong one is a misconception, and is told which."""

import random

import streamlit as st

from lesson_core.schema.question import Choice
from pages.ui import card_words
from pages.ui.language import t

RIGHT = "right"


def ask(asked: Choice, *, once: bool = False) -> None:
    """The answers in an order of their own per question; the diagnosis of the one chosen."""
    st.markdown(card_words.said(asked, asked.ask))
    texts = {RIGHT: asked.right, **{name: wrong.text for name, wrong in asked.wrong.items()}}
    labels = {name: card_words.said(asked, text) for name, text in texts.items()}
    order = random.Random(asked.id).sample(sorted(labels), len(labels))
    checked = st.session_state.get(f"{asked.id}.checked")
    locked = once and checked is not None
    with st.form(f"{asked.id}.form", border=False):
        # Locked, it is a widget of its own: Streamlit empties one that becomes disabled.
        st.radio(t("card.choose"), order, key=f"{asked.id}.{'locked' if locked else 'chosen'}",
                 index=None if checked is None else order.index(checked), disabled=locked,
                 format_func=labels.__getitem__, label_visibility="collapsed")  # fmt: skip
        st.form_submit_button(t("card.check"), key=f"{asked.id}.check", disabled=locked,
                              on_click=_check, args=(asked,))  # fmt: skip
    if checked is None:
        return
    card_words.verdict(checked == RIGHT, t("card.choice_right"),
                       t("card.choice_wrong", answer=labels[RIGHT]))  # fmt: skip
    if checked != RIGHT:
        st.markdown(card_words.said(asked, asked.wrong[checked].diagnosis))
    st.markdown(card_words.said(asked, asked.why))
    card_words.sources(asked)


def _check(asked: Choice) -> None:
    chosen = st.session_state[f"{asked.id}.chosen"]
    st.session_state[f"{asked.id}.checked"] = chosen
    if chosen is not None:
        card_words.keep(asked, {"chosen": chosen, "correct": chosen == RIGHT})
