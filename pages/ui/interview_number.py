"""A number is asked for in an interview: drawn, a follow-up of one, or measured here."""

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.learn import bank, quiz
from lesson_core.learn.interview import asked
from lesson_core.learn.interview.log import Sitting
from lesson_core.schema.plain import to_plain
from lesson_core.schema.question import Measured, Posed
from pages.ui import card_reply, interview_board, interview_desk, saved
from pages.ui.language import current, t


def ask(sitting: Sitting, n: int) -> None:
    """The question, what came before it in its chain, a field and a whiteboard."""
    item = sitting.items[n]
    question, posed = asked.question(item), asked.posed(item)
    if isinstance(question, Measured):
        posed = _measured(question)
    if posed is None:
        st.markdown(t("card.measured_absent"))
        return
    if isinstance(question, Measured):
        st.caption(t("interview.measured"))
    earlier = asked.before(item, current())
    words = asked.ask(item, current(), posed)
    if earlier:
        with st.container(key=f"says-{n}"):
            st.markdown("\n\n".join(earlier))
        words = f"**{words}**"
    st.markdown(words)
    card_reply.field(
        interview_desk.key(sitting, n), posed.unit, locked=False, check=_check,
        args=(sitting, n, posed), button="interview.answer",
    )  # fmt: skip
    interview_board.whiteboard(sitting, n)


def _measured(question: Measured) -> Posed | None:
    """What the newest run says; None where it says nothing any more."""
    try:
        kept = bank.measured(question, saved.store().jobs)
    except LabError as problem:
        saved.note(problem)
        return None
    if kept is None or not kept[1].askable:
        return None
    return bank.pose_measured(question, kept[1])


def _check(sitting: Sitting, n: int, posed: Posed) -> None:
    key = interview_desk.key(sitting, n)
    judged = card_reply.judge(key, lambda reply: quiz.grade(posed, reply))
    if judged is None:
        return
    reply, graded = judged
    value = {"reply": reply, "correct": graded.correct}
    told = {**value, "slip": graded.slip, "posed": to_plain(posed)}
    interview_desk.answer(sitting, n, told, counts={"seed": posed.seed, **value})
