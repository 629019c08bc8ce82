"""“Report an error”, quietly, wherever something is claimed: a text to copy; nothing is sent."""

import streamlit as st

from lesson_core.learn import error_report
from pages.ui.language import current, t


def offer(*where: str) -> None:
    """For anything with a name: `report.offer(f"problem {problem.id}", f"seed {seed}")`."""
    show(error_report.about(current(), *where))


def claim(page: str, section: str, says: str) -> None:
    """For a section of prose, at its end."""
    with st.container(key=f"report-{page}-{section}", horizontal_alignment="right"):
        show(error_report.claim(current(), page, section, says, model=_model()))


def page(name: str) -> None:
    """For all else on a page, at its foot."""
    with st.container(key="report-page", horizontal_alignment="right"):
        show(error_report.about(current(), f"page {name}", f"model={_model()}"), "report_page")


def show(text: str, label: str = "report") -> None:
    """The link, and behind it the text."""
    with st.popover(f":gray[{t(f'card.{label}')}]", type="tertiary"):
        st.caption(t("card.report_note"))
        st.code(text, language=None, wrap_lines=True)


def _model() -> str:
    return str(st.session_state.get("recipe.model", ""))
