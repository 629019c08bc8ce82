"""Practice: what is due, one card at a time, each back when it is about to be forgotten."""

import streamlit as st

from pages.ui import mental, practice_card, practice_desk, take_along
from pages.ui.language import t

MODES = ("spaced", "mental")

st.title(t("practice.title"), anchor=False)
st.markdown(t("practice.lead"))
with st.container(horizontal=True, vertical_alignment="bottom", key="practice-top"):
    mode = st.segmented_control(
        t("practice.mode"), MODES, default="spaced", required=True, key="practice.mode",
        format_func=lambda name: t(f"practice.mode_{name}"), label_visibility="collapsed",
    )  # fmt: skip
    if mode == "spaced":
        practice_desk.choices()
        take_along.choices()
if mode == "spaced":
    practice_desk.look_again()
    practice_card.show()
else:
    mental.show()
