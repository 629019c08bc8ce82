"""Sums in the head: no calculator, no tolerance, only by what factor the reply was off."""

import math
import random
import statistics

import streamlit as st

from lesson_core.learn import bank, content, quiz
from lesson_core.schema.question import Numeric, Posed
from pages.ui import card_reply, saved
from pages.ui.language import current, t

FAIR = 2.0  # factor: the right order still


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
            word = "close" if off <= quiz.CLOSE else "fair" if off <= FAIR else "far"
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
    outcome = card_reply.outcome(key)
    locked = isinstance(outcome, float)
    card_reply.field(key, posed.unit, locked=locked, check=_check, args=(key, posed))
    return outcome if isinstance(outcome, float) else None


def _check(key: str, posed: Posed) -> None:
    judged = card_reply.judge(key, lambda reply: quiz.factor_off(posed, reply))
    if judged is not None:
        reply, off = judged
        value = {"question": posed.id, "seed": posed.seed, "reply": reply, "factor": off}
        saved.keep("practice", "answer", "mental", value)


def _turn() -> None:
    st.session_state["mental.seed"] = random.randrange(10**6)


def _so_far() -> None:
    values = [one.value for one in saved.everything() if one.key == "mental"]
    said = [v["factor"] for v in values if isinstance(v, dict) and v.get("factor", 0) >= 1]
    if said:
        offs = [math.log(factor) for factor in said[-20:]]
        middle = math.exp(statistics.median(offs))
        st.caption(t("mental.so_far", count=len(said), last=len(offs), factor=f"{middle:.3g}"))
