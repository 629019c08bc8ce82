"""Mock interview: questions against the clock, and a report at the end."""

import streamlit as st

from pages.ui import interview_desk, interview_report, interview_room, interview_setup, language
from pages.ui.language import t


@st.fragment
def show() -> None:
    """Before, during or after; only this part of the page reruns."""
    language.whole()
    sitting = interview_desk.current()
    if sitting is None:
        st.markdown(t("interview.lead"))
        interview_setup.show()
    elif sitting.over:
        interview_report.show(sitting)
    else:
        interview_room.show(sitting)


st.title(t("interview.title"), anchor=False)
show()
