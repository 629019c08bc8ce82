"""One numeric card: a question with drawn numbers, a reply, the computed answer, the solution."""

import importlib

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.learn import catalogue, content, quiz
from lesson_core.schema.question import Posed
from pages.ui import lesson, problems, saved
from pages.ui.language import current, t


@st.fragment
def ask(lesson_id: str) -> None:
    """Pose the lesson's card; the numbers stay the same until “new numbers”. Only it reruns."""
    lesson.heading("card")
    module = importlib.import_module(catalogue.lesson(lesson_id).questions)
    seed = st.session_state.setdefault(f"{lesson_id}.seed", 1)
    posed: Posed = module.pose(seed)
    key = f"{lesson_id}.card.{seed}"
    with st.container(border=True, key=f"card-{lesson_id}"):
        st.markdown(content.card_ask(posed, current()))
        with st.form(f"{key}.form", border=False):  # noqa: SIM117
            with st.container(horizontal=True, vertical_alignment="bottom"):
                st.text_input(_label(posed.unit), key=f"{key}.reply", width=220)
                st.form_submit_button(t("card.check"), key=f"{key}.check",
                                      on_click=_check, args=(lesson_id, key, posed))  # fmt: skip
        _outcome(lesson_id, key, posed)
        st.button(t("card.new"), key=f"{lesson_id}.new", type="tertiary",
                  on_click=_redraw, args=(lesson_id,))  # fmt: skip


def _label(unit: str) -> str:
    return t("card.reply", unit=unit) if unit else t("card.reply_count")


def _check(lesson_id: str, key: str, posed: Posed) -> None:
    reply = st.session_state[f"{key}.reply"]
    try:
        graded = quiz.grade(posed, reply)
    except LabError as problem:
        st.session_state[f"{key}.outcome"] = problem
        return
    st.session_state[f"{key}.outcome"] = graded
    kept = {"seed": posed.seed, "reply": reply, "correct": graded.correct}
    saved.keep(lesson_id, "answer", posed.id, kept)


def _outcome(lesson_id: str, key: str, posed: Posed) -> None:
    outcome = st.session_state.get(f"{key}.outcome")
    if isinstance(outcome, LabError):
        problems.show(outcome)
    elif outcome is not None:
        icon = ":material/check:" if outcome.correct else ":material/close:"
        answer = f"{quiz.shown(posed.answer)} {posed.unit}".strip()
        verdict = "card.right" if outcome.correct else "card.wrong"
        st.markdown(f"{icon} {t(verdict, answer=answer)}")
        if outcome.slip:
            st.markdown(t(f"cards.slips.{outcome.slip}"))
        st.markdown(content.card_solution(posed, current()))


def _redraw(lesson_id: str) -> None:
    st.session_state[f"{lesson_id}.seed"] += 1
