"""A page with one component in one state, chosen by the URL: for screenshots and browser tests."""

import sys
from pathlib import Path

import streamlit as st

sys.path[:0] = [str(Path(__file__).parents[3]), str(Path(__file__).parent)]

import samples  # noqa: E402

st.set_page_config(layout="wide")
lang = st.query_params.get("lang", "en")
st.session_state["lang"] = lang
samples.draw(st.query_params.get("c", "token_clock"), st.query_params.get("s", "done"), lang)
