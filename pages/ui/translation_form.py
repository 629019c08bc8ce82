"""What the translation lesson asks for: a direction, a sentence, how many beams."""

import streamlit as st

from lesson_core.learn import words
from lesson_core.schema.translation import MOST_BEAMS, Translation
from pages.ui import runs
from pages.ui.language import t

DIRECTIONS = ("zh", "en")  # the language to write
PRESETS = ("order", "sense", "name", "long")
JOB = "translation"


def controls(lesson_id: str) -> None:
    """The direction and a sentence to begin with, then Run."""
    busy = runs.is_active(runs.status(JOB))
    names = {to: t(f"translation.to_{to}") for to in DIRECTIONS}
    presets = {name: t(f"translation.preset_{name}") for name in PRESETS}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            t("translation.direction"), DIRECTIONS, default="zh", key=f"{lesson_id}.target",
            required=True, format_func=names.__getitem__, on_change=_begin, args=(lesson_id,),
        )  # fmt: skip
        st.segmented_control(
            t("translation.preset"), PRESETS, default="order", key=f"{lesson_id}.preset",
            required=True, format_func=presets.__getitem__, on_change=_begin, args=(lesson_id,),
        )  # fmt: skip
        st.select_slider(t("translation.beams"), range(1, MOST_BEAMS + 1), 4, width=150,
                         key=f"{lesson_id}.beams", help=t("translation.beams_note"))  # fmt: skip
    if st.session_state.get(f"{lesson_id}.text") is None:
        _begin(lesson_id)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(t("translation.text"), key=f"{lesson_id}.text")
        st.button(t("translation.run"), key=f"{lesson_id}.run", type="primary", disabled=busy,
                  help=t("machine.busy") if busy else None, shortcut="Mod+Enter",
                  on_click=runs.start, args=(JOB, lambda: spec(lesson_id)))  # fmt: skip
        if busy:
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(JOB,))
    runs.show_problem(JOB, runs.status(JOB))


def spec(lesson_id: str) -> Translation:
    """What the form says; LabError where it makes no sense."""
    state = st.session_state
    return Translation(
        text=state.get(f"{lesson_id}.text") or "",
        target="en" if state.get(f"{lesson_id}.target") == "en" else "zh",
        beams=int(state.get(f"{lesson_id}.beams") or 4),
    )


def _begin(lesson_id: str) -> None:
    """The chosen sentence, in the language that is read."""
    state = st.session_state
    source = "zh" if state.get(f"{lesson_id}.target") == "en" else "en"
    preset = state.get(f"{lesson_id}.preset") or PRESETS[0]
    state[f"{lesson_id}.text"] = words.t(source, f"translation.sentence_{preset}")
