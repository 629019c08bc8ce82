"""A LabError as a clear sentence in the learner's language; never a traceback."""

from typing import Any

import streamlit as st

from lesson_core.errors import LabError
from pages.ui.language import t
from pages.ui.plain_text import literal


def sentence(code: str, values: dict[str, Any]) -> str:
    """What was wrong, the value, what to do; as plain text."""
    try:
        return t(f"errors.{code}", **values)
    except KeyError:
        return t("errors.unexpected", code=code)


def show(problem: LabError) -> None:
    """Draw the sentence where the learner is looking."""
    show_code(problem.code, problem.values)


def show_code(code: str, values: dict[str, Any]) -> None:
    """The same, for an error that came as an event from a worker."""
    st.warning(literal(sentence(code, values)), icon=":material/info:")
