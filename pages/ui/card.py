"""The cards of a lesson, one at a time: a stepper, and each kind of question in its own way."""

import streamlit as st

from lesson_core.learn import bank, error_report
from lesson_core.schema.question import Choice, Measured, Numeric, Question
from pages.ui import card_choice, card_number, card_open, lesson
from pages.ui import report as report_link
from pages.ui.language import current, t


@st.fragment
def ask(lesson_id: str) -> None:
    """The card where the learner left off; only this part of the page reruns."""
    questions = bank.on_page(lesson_id)
    if not questions:
        return
    lesson.heading("card")
    at = int(st.session_state.get(f"{lesson_id}.card", 0)) % len(questions)
    with st.container(border=True, key=f"card-{lesson_id}"):
        _stepper(lesson_id, at, len(questions))
        asked = questions[at]
        draw(asked)
        report(asked)


def _stepper(lesson_id: str, at: int, count: int) -> None:
    """“Card 2 of 5”, back and forth, by mouse or by the keys K and J."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("card.place", n=at + 1, count=count), width="stretch")
        for name, key, to in (("previous", "K", at - 1), ("next", "J", at + 1)):
            st.button(t(f"card.{name}"), key=f"{lesson_id}.card.{name}", shortcut=key,
                      type="tertiary", on_click=_turn, args=(lesson_id, to % count))  # fmt: skip


def _turn(lesson_id: str, to: int) -> None:
    st.session_state[f"{lesson_id}.card"] = to


def draw(asked: Question, *, once: bool = False) -> None:
    """The question in the way of its kind; `once` locks it when it was answered."""
    match asked:
        case Choice():
            card_choice.ask(asked, once=once)
        case Numeric():
            card_number.ask(asked, once=once)
        case Measured():
            card_number.ask_measured(asked, once=once)
        case _:
            card_open.ask(asked, once=once)


def report(asked: Question) -> None:
    """A text to copy, with everything that finds the question again; nothing is sent."""
    seed = card_number.seed_of(asked) if isinstance(asked, Numeric) else None
    report_link.show(error_report.text(asked, current(), seed))
