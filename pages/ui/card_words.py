"""What the kinds of cards say alike: right or wrong, and where a fact was read."""

import streamlit as st

from lesson_core.learn import bank, content
from lesson_core.schema.question import Question, Said
from pages.ui import saved
from pages.ui.language import current, t


def said(asked: Question, text: Said, **numbers: object) -> str:
    """One text of a question in the learner's language."""
    return content.said(text, current(), asked.id, **numbers)


def verdict(correct: bool, right: str, wrong: str) -> None:
    """Right or wrong, by an icon and in words."""
    icon = ":material/check:" if correct else ":material/close:"
    st.markdown(f"{icon} {right if correct else wrong}")


def sources(asked: Question) -> None:
    """Where the facts of this question were read."""
    found = bank.sources()
    st.caption(t("card.sources", sources="; ".join(found[key] for key in asked.sources)))


def keep(asked: Question, value: dict[str, object]) -> None:
    """Append the answer to what the learner said."""
    saved.keep(asked.lesson, "answer", asked.id, value)
