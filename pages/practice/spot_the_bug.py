"""Spot the bug: what a mistake leaves behind is shown, and the learner says which one it was."""

import streamlit as st

from pages.ui import spot_desk
from pages.ui.language import t

st.title(t("spot.title"), anchor=False)
st.markdown(t("spot.lead"))
spot_desk.show()
