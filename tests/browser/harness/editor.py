"""A page with the code editor and what it said: for the editor's browser tests."""

import json
import sys
from pathlib import Path

import streamlit as st

sys.path[:0] = [str(Path(__file__).parents[3])]

from pages.ui import editor  # noqa: E402
from pages.ui.frame import STYLE  # noqa: E402

STARTER = "def total(values):\n    return 0\n"
SHOWN = "def total(values):\n    return sum(values)\n"
LABEL = {"en": "Your code", "zh": "你的代码"}


def draw() -> None:
    lang, name = st.query_params.get("lang", "en"), st.query_params.get("name", "problem")
    st.session_state["lang"] = st.session_state["language"] = lang
    st.html(STYLE)
    if st.toggle("Another page", key="elsewhere"):
        return
    edited = editor.code_editor(name, STARTER, label=LABEL[lang])
    st.button("Start again", on_click=editor.replace_text, args=(name, STARTER))
    st.button("Show solution", on_click=editor.replace_text, args=(name, SHOWN))
    st.button("Once more", key="again")
    pressed = st.button("Run", shortcut="Mod+Enter")
    runs = st.session_state.setdefault("runs", [])
    st.session_state["pressed"] = st.session_state.get("pressed", 0) + pressed
    if edited.run or pressed:
        runs.append(edited.text)
    st.session_state["reruns"] = st.session_state.get("reruns", 0) + 1
    st.text(f"runs {len(runs)}")
    counts = {name: st.session_state[name] for name in ("pressed", "reruns")}
    said = {"text": edited.text, "runs": runs, **counts}
    with st.container(key="said"):
        st.code(json.dumps(said, ensure_ascii=False), language=None)


if __name__ == "__main__":
    draw()
