"""A page with one component in one state, chosen by the URL: for screenshots and browser tests."""

import sys
from pathlib import Path

import streamlit as st

sys.path[:0] = [str(Path(__file__).parents[3]), str(Path(__file__).parent)]

import more_samples  # noqa: E402
import samples  # noqa: E402

st.set_page_config(layout="wide")
lang = st.query_params.get("lang", "en")
st.session_state["lang"] = lang
name = f"draw_{st.query_params.get('c', 'token_clock')}"
draw = getattr(samples, name, None) or getattr(more_samples, name)
draw(st.query_params.get("s", "done"), lang)
