"""A page with the code editor and what it said: for the editor's browser tests."""

import sys
from pathlib import Path

import streamlit as st

sys.path[:0] = [str(Path(__file__).parents[3])]

from pages.ui import editor  # noqa: E402

STARTER = "def total(values):\n    return 0\n"
SHOWN = "def total(values):\n    return sum(values)\n"

lang = st.query_params.get("lang", "en")
st.session_state["lang"] = st.session_state["language"] = lang
if st.toggle("Another page", key="elsewhere"):
    st.stop()
label = {"en": "Your code", "zh": "你的代码"}[lang]
edited = editor.code_editor("problem", STARTER, label=label)
st.button("Start again", on_click=editor.replace_text, args=("problem", STARTER))
st.button("Show solution", on_click=editor.replace_text, args=("problem", SHOWN))
pressed = st.button("Run", shortcut="Mod+Enter")
runs = st.session_state.setdefault("runs", [])
if edited.run or pressed:
    runs.append(edited.text)
st.session_state["reruns"] = st.session_state.get("reruns", 0) + 1
st.text(f"runs {len(runs)}")
st.json({"text": edited.text, "runs": runs, "reruns": st.session_state["reruns"]})
