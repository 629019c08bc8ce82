"""One question of an interview, by its kind: it takes the answer, keeps it and says nothing."""

import random

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.learn.interview import asked
from lesson_core.learn.interview.log import Sitting
from lesson_core.schema.question import Choice
from pages.ui import interview_board, interview_desk, interview_number, interview_trace
from pages.ui.language import current, t


def draw(sitting: Sitting, n: int) -> None:
    """The question and the field for its answer."""
    item = sitting.items[n]
    question = asked.question(item)
    if item.way == "trace":
        _trace(sitting, n)
    elif isinstance(question, Choice):
        st.markdown(asked.ask(item, current(), None))
        labels = asked.labels(question, current())
        names = random.Random(question.id).sample(sorted(labels), len(labels))
        _choose(sitting, n, {name: labels[name] for name in names}, t("card.choose"), "right", {})
    elif asked.rubric(item, current()):
        interview_board.write(sitting, n)
    else:
        interview_number.ask(sitting, n)


def _trace(sitting: Sitting, n: int) -> None:
    """Two days of a server, and what may have happened."""
    item = sitting.items[n]
    st.markdown(asked.ask(item, current(), None))
    table = interview_trace.draw(interview_desk.key(sitting, n), item)
    causes = {name: t(f"interview.causes.{name}") for name in interview_trace.order(item)}
    _choose(sitting, n, causes, t("interview.trace_choose"), item.name, {"table": table})
    interview_board.whiteboard(sitting, n)


def _choose(
    sitting: Sitting, n: int, labels: dict[str, str], label: str, right: str,
    seen: dict[str, object],
) -> None:  # fmt: skip
    key = interview_desk.key(sitting, n)
    with st.form(f"{key}.form", border=False):
        st.radio(label, list(labels), key=f"{key}.chosen", index=None,
                 format_func=labels.__getitem__, label_visibility="collapsed")  # fmt: skip
        st.form_submit_button(t("interview.answer"), key=f"{key}.answer",
                              on_click=_chosen, args=(sitting, n, right, seen))  # fmt: skip
    interview_desk.problem(sitting, n)


def _chosen(sitting: Sitting, n: int, right: str, seen: dict[str, object]) -> None:
    chosen = st.session_state[f"{interview_desk.key(sitting, n)}.chosen"]
    if chosen is None:
        interview_desk.refuse(sitting, n, LabError("reply_empty"))
        return
    value = {"chosen": chosen, "correct": chosen == right}
    interview_desk.answer(sitting, n, {**value, **seen}, counts=value)
