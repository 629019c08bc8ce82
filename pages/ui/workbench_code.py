"""The code in the editor of a problem: put there by the page, and what stood there before.

Streamlit 1.67 may send a click twice while a fragment reruns by itself; here that does no harm.
"""

import streamlit as st

from lesson_core.learn.problems.problem import Problem
from pages.ui import editor, editor_draft
from pages.ui.language import t


def name_of(problem: Problem) -> str:
    """Of its editor, and of everything the session knows about it."""
    return f"workbench.{problem.id}"


def put(problem: Problem, code: str) -> None:
    """Other code into the editor; what stood there can be brought back."""
    name = name_of(problem)
    before = editor_draft.of(name, problem.starter).text
    if before != code:
        st.session_state[f"{name}.before"] = before
        editor.replace_text(name, code)


def ways_back(problem: Problem, text: str) -> None:
    """A button to the starter, or from there to the code that was left."""
    name = name_of(problem)
    if f"{name}.before" in st.session_state:
        st.button(t("workbench.unreset"), key=f"{name}.unreset", type="tertiary",
                  on_click=_bring_back, args=(problem,))  # fmt: skip
    elif text != problem.starter:
        st.button(t("workbench.reset"), key=f"{name}.reset", type="tertiary",
                  on_click=put, args=(problem, problem.starter))  # fmt: skip


def _bring_back(problem: Problem) -> None:
    name = name_of(problem)
    before = st.session_state.pop(f"{name}.before", None)
    if before is not None:
        editor.replace_text(name, before)
