"""A number is asked for: drawn and computed, or measured on this machine."""

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.learn import bank, content, quiz
from lesson_core.schema.question import Measured, Numeric, Posed
from pages.ui import card_reply, card_words, saved
from pages.ui.language import current, t
from pages.ui.plain_text import literal


def seed_of(asked: Numeric) -> int:
    """Which draw the learner sees; the numbers stay the same until “new numbers”."""
    return int(st.session_state.setdefault(f"{asked.id}.seed", 1))


def ask(asked: Numeric, *, once: bool = False) -> None:
    """A template with drawn numbers."""
    posed = bank.pose(asked, seed_of(asked))
    st.markdown(content.card_ask(posed, current()))
    if _form(asked, posed, once):
        st.markdown(content.card_solution(posed, current()))
        card_words.sources(asked)
    if not once:
        st.button(t("card.new"), key=f"{asked.id}.new", type="tertiary",
                  on_click=_redraw, args=(asked.id,))  # fmt: skip


def ask_measured(asked: Measured, *, once: bool = False) -> None:
    """The key is the newest run kept here; without one, or within its noise, nothing is asked."""
    try:
        kept = bank.measured(asked, saved.store().jobs)
    except LabError as problem:
        saved.note(problem)
        kept = None
    if kept is None:
        st.markdown(t("card.measured_absent"))
        return
    where, found = kept[0].get("environment", {}), kept[1]
    if not found.askable:
        st.markdown(t("card.measured_noise"))
        return
    posed = bank.pose_measured(asked, found)
    st.markdown(card_words.said(asked, asked.ask, **posed.values))
    if where:
        cpu = where["device_name"] if where["device"] != "cpu" else where["cpu"]
        st.caption(t("card.measured_on", when=where["started_at"][:10], machine=literal(cpu)))
    if _form(asked, posed, once):
        numbers = {**posed.values, "answer": quiz.shown(posed.answer)}
        st.markdown(card_words.said(asked, asked.solution, **numbers))
        card_words.sources(asked)


def _form(asked: Numeric | Measured, posed: Posed, once: bool) -> bool:
    """The reply and what it was worth; whether there was one."""
    key = f"{posed.id}.{posed.seed}"
    outcome = card_reply.outcome(key)
    locked = once and isinstance(outcome, quiz.Graded)
    card_reply.field(key, posed.unit, locked=locked, check=_check, args=(asked, key, posed))
    if not isinstance(outcome, quiz.Graded):
        return False
    answer = f"{quiz.shown(posed.answer)} {posed.unit}".strip()
    card_words.verdict(outcome.correct, t("card.right", answer=answer),
                       t("card.wrong", answer=answer))  # fmt: skip
    if outcome.slip:
        st.markdown(t(f"cards.slips.{outcome.slip}"))
    return True


def _check(asked: Numeric | Measured, key: str, posed: Posed) -> None:
    judged = card_reply.judge(key, lambda reply: quiz.grade(posed, reply))
    if judged is not None:
        reply, graded = judged
        card_words.keep(asked, {"seed": posed.seed, "reply": reply, "correct": graded.correct})


def _redraw(question_id: str) -> None:
    st.session_state[f"{question_id}.seed"] += 1
