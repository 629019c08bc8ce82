"""Sums in the head: no calculator, no tolerance, only by what factor the reply was off."""

import math
import random
import statistics

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.learn import bank, content, quiz
from lesson_core.schema.question import Numeric, Posed
from pages.ui import problems, saved
from pages.ui.language import current, t

CLOSE, FAIR = 1.25, 2.0  # factors: what an interviewer calls about right, and the right order


@st.fragment
def show() -> None:
    """A number to estimate; then the factor, the sum, and how it went so far."""
    st.caption(t("mental.lead"))
    posed = _posed()
    with st.container(border=True, key="card-mental"):
        st.markdown(content.card_ask(posed, current()))
        off = _ask(posed)
        if off is not None:
            answer = f"{quiz.shown(posed.answer)} {posed.unit}".strip()
            word = "close" if off <= CLOSE else "fair" if off <= FAIR else "far"
            st.markdown(t(f"mental.{word}", factor=f"{off:.3g}", answer=answer))
            st.markdown(content.card_solution(posed, current()))
            st.button(t("mental.next"), key="mental.next", shortcut="Space", type="primary",
                      on_click=_turn)  # fmt: skip
    _so_far()


def _posed() -> Posed:
    templates = [one for one in bank.every() if isinstance(one, Numeric)]
    seed = st.session_state.setdefault("mental.seed", random.randrange(10**6))
    return bank.pose(templates[seed % len(templates)], seed)


def _ask(posed: Posed) -> float | None:
    key = f"mental.{posed.id}.{posed.seed}"
    outcome = st.session_state.get(f"{key}.outcome")
    locked = isinstance(outcome, float)
    label = t("card.reply", unit=posed.unit) if posed.unit else t("card.reply_count")
    with st.form(f"{key}.form", border=False):  # noqa: SIM117
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if locked:  # a widget of its own: Streamlit empties one that becomes disabled
                st.text_input(label, st.session_state[f"{key}.said"], key=f"{key}.locked",
                              width=220, disabled=True)  # fmt: skip
            else:
                st.text_input(label, key=f"{key}.reply", width=220)
            st.form_submit_button(t("card.check"), key=f"{key}.check", disabled=locked,
                                  on_click=_check, args=(key, posed))  # fmt: skip
    if isinstance(outcome, LabError):
        problems.show(outcome)
    return outcome if isinstance(outcome, float) else None


def _check(key: str, posed: Posed) -> None:
    reply = st.session_state[f"{key}.reply"]
    try:
        off = quiz.factor_off(posed, reply)
    except LabError as problem:
        st.session_state[f"{key}.outcome"] = problem
        return
    st.session_state[f"{key}.outcome"] = off
    st.session_state[f"{key}.said"] = reply
    value = {"question": posed.id, "seed": posed.seed, "reply": reply, "factor": off}
    saved.keep("practice", "answer", "mental", value)


def _turn() -> None:
    st.session_state["mental.seed"] = random.randrange(10**6)


def _so_far() -> None:
    said = [one.value for one in saved.everything() if one.key == "mental"]
    if said:
        offs = [math.log(value["factor"]) for value in said[-20:]]
        middle = math.exp(statistics.median(offs))
        st.caption(t("mental.so_far", count=len(said), last=len(offs), factor=f"{middle:.3g}"))
