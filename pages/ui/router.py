"""The script that runs on every interaction: page settings, then the frame with its page.

It lies here and not beside `pages/`: Streamlit takes a `pages` folder next to the main script for
the old kind of multipage app, and then greets the first visitor of a deep link with “page not
found”.
"""

import streamlit as st

from pages.ui import frame

st.set_page_config(
    page_title="LLM Speed Lab",
    page_icon=frame.ICON,
    layout="wide",
    initial_sidebar_state=248,  # pixels; phones start with it closed
)
frame.draw()
