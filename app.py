"""The router and the frame; every page of the course runs inside it."""

import streamlit as st

from pages.ui import frame

st.set_page_config(
    page_title="LLM Speed Lab",
    page_icon="assets/components/icon.png",
    layout="wide",
    initial_sidebar_state=248,  # pixels; phones start with it closed
)
frame.draw()
