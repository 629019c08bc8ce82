"""A field for a number with its button: what was typed stays, also when it locks."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from lesson_core.errors import LabError
from pages.ui import problems
from pages.ui.language import t

Judged = TypeVar("Judged")


def field(
    key: str, unit: str, *, locked: bool, check: Callable[..., None], args: tuple[object, ...],
    button: str = "card.check",
) -> None:  # fmt: skip
    """Draw the field; under it, what was wrong with a reply that could not be judged."""
    label = t("card.reply", unit=unit) if unit else t("card.reply_count")
    with st.form(f"{key}.form", border=False):  # noqa: SIM117
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if locked:  # a widget of its own: Streamlit empties one that becomes disabled
                st.text_input(label, st.session_state[f"{key}.said"], key=f"{key}.locked",
                              width=220, disabled=True)  # fmt: skip
            else:
                st.text_input(label, key=f"{key}.reply", width=220)
            st.form_submit_button(t(button), key=f"{key}.check", disabled=locked,
                                  on_click=check, args=args)  # fmt: skip
    problem = outcome(key)
    if isinstance(problem, LabError):
        problems.show(problem)


def outcome(key: str) -> object:
    """What the reply was worth, the LabError it raised, or None before there was one."""
    return st.session_state.get(f"{key}.outcome")


def judge(key: str, grade: Callable[[str], Judged]) -> tuple[str, Judged] | None:
    """Grade what was typed and remember both; None where it could not be judged."""
    reply = str(st.session_state[f"{key}.reply"])
    try:
        graded = grade(reply)
    except LabError as problem:
        st.session_state[f"{key}.outcome"] = problem
        return None
    st.session_state[f"{key}.outcome"] = graded
    st.session_state[f"{key}.said"] = reply
    return reply, graded
