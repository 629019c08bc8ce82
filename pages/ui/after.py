"""Everything below the comparison, the same on every question page and in the same order.

Hidden until the guess is in, was skipped, or answers go first; the code, the card and the reading
give nothing away and are always there.
"""

from collections.abc import Mapping, Sequence

import streamlit as st

from lesson_core.learn import catalogue
from lesson_core.schema.events import Event
from pages.ui import card, code, guess, lesson
from pages.ui.language import t


def show(lesson_id: str, numbers: Mapping[str, object], events: Sequence[Event]) -> None:
    """Own words, explanation, transfer, answers, articles, code, card, reading."""
    if guess.may_see(lesson_id):
        _explained(lesson_id, numbers)
        if "transfer" in catalogue.lesson(lesson_id).parts:
            lesson.transfer(lesson_id)
        lesson.answers(lesson_id)
        lesson.articles(lesson_id)
    else:
        st.caption(t("lesson.rest_locked"))
    code.show(lesson_id, list(events))
    card.ask(lesson_id)
    lesson.reading(lesson_id)


def _explained(lesson_id: str, numbers: Mapping[str, object]) -> None:
    wanted = catalogue.lesson(lesson_id).numbers["explanation"]
    missing = [name for name in wanted if numbers.get(name) is None]
    lesson.explanation(lesson_id, {**numbers, **dict.fromkeys(missing, "…")})
    if missing:
        st.caption(t("lesson.run_to_fill"))
