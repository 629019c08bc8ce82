"""What the evaluation lesson asks for: a text, and how many pieces go into a batch."""

import streamlit as st

from lesson_core.schema.evaluate import Evaluate
from lesson_core.theory.lab_texts import lab_text
from pages.ui import running, runs
from pages.ui.language import t

PRESETS = ("en", "zh")
ROWS = (1, 2, 4, 8)


def preset(lang: str) -> str:
    """The lab's own text of one language, which no model was trained on."""
    return lab_text(lang)


def controls(lesson_id: str, job: str) -> None:
    """The text behind an expander, the batch size, and Run."""
    busy = runs.is_active(runs.status(job))
    st.session_state.setdefault(f"{lesson_id}.text", preset("en"))
    with st.expander(t("evaluate.text")):
        names = {lang: t(f"evaluate.preset_{lang}") for lang in PRESETS}
        st.segmented_control(
            t("evaluate.preset"), PRESETS, default="en", key=f"{lesson_id}.preset", required=True,
            format_func=names.__getitem__, on_change=_preset, args=(lesson_id,),
        )  # fmt: skip
        st.text_area(t("evaluate.paste"), key=f"{lesson_id}.text", height=180)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.select_slider(t("evaluate.rows"), ROWS, 4, key=f"{lesson_id}.rows", width=220,
                         help=t("evaluate.rows_note"))  # fmt: skip
        st.button(t("evaluate.run"), key=f"{lesson_id}.run", type="primary", disabled=busy,
                  help=t("machine.busy") if busy else None, shortcut="Mod+Enter",
                  on_click=runs.start, args=(job, lambda: _spec(lesson_id)))  # fmt: skip
        if busy:
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))
    runs.show_problem(job, runs.status(job))


def _preset(lesson_id: str) -> None:
    st.session_state[f"{lesson_id}.text"] = preset(st.session_state[f"{lesson_id}.preset"])


def _spec(lesson_id: str) -> Evaluate:
    state = st.session_state
    return Evaluate(
        recipe=running.recipe(),
        text=state.get(f"{lesson_id}.text") or "",
        rows=int(state.get(f"{lesson_id}.rows") or 4),
    )
