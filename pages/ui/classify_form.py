"""What the classification lesson asks for: labelled texts, how many to learn, a sentence."""

import streamlit as st

from lesson_core.artefacts.registry import ENCODER, REPOSITORY, WORD_VECTORS
from lesson_core.errors import LabError
from lesson_core.learn import words
from lesson_core.schema import labelled_table
from lesson_core.schema.classify import PER_CLASS, Classify
from pages.ui import download, example, running, runs
from pages.ui.language import current, t

DATA = ("en", "zh", "own")
JOB = "classify"


def our_table(lang: str) -> str:
    """A small table to begin with, written for this page."""
    path = REPOSITORY / "assets" / "tables" / f"own_table_{lang}.csv"
    return path.read_text(encoding="utf-8")


def controls(lesson_id: str) -> None:
    """Which texts, how many examples, one sentence more, and Run."""
    busy = runs.is_active(runs.status(JOB))
    _missing(lesson_id)
    names = {name: t(f"classify.data_{name}") for name in DATA}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            t("classify.data"), DATA, default="en", key=f"{lesson_id}.data", required=True,
            format_func=names.__getitem__, on_change=_defaults, args=(lesson_id,),
        )  # fmt: skip
        st.select_slider(t("classify.per_class"), PER_CLASS, 13, key=f"{lesson_id}.per_class",
                         width=180, help=t("classify.per_class_note"))  # fmt: skip
    if st.session_state.get(f"{lesson_id}.data") == "own":
        _table(lesson_id)
    _defaults(lesson_id)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(t("classify.typed"), key=f"{lesson_id}.typed")
        st.button(t("classify.run"), key=f"{lesson_id}.run", type="primary", disabled=busy,
                  help=t("machine.busy") if busy else None, shortcut="Mod+Enter",
                  on_click=runs.start, args=(JOB, lambda: _spec(lesson_id)))  # fmt: skip
        if busy:
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(JOB,))
    runs.show_problem(JOB, runs.status(JOB))


def _table(lesson_id: str) -> None:
    st.file_uploader(t("classify.upload"), type=["csv", "tsv", "txt"], key=f"{lesson_id}.file",
                     on_change=_uploaded, args=(lesson_id,))  # fmt: skip
    key = f"{lesson_id}.table"
    example.until_typed(key, map(our_table, words.LANGUAGES), our_table(current()))
    st.text_area(t("classify.table"), key=key, height=170)


def _uploaded(lesson_id: str) -> None:
    """A file that can be read replaces the table; one that cannot says why."""
    file = st.session_state[f"{lesson_id}.file"]
    st.session_state.pop(f"problem.{JOB}", None)
    if file is None:
        return
    try:
        labelled_table.read(file.getvalue())
    except LabError as problem:
        st.session_state[f"problem.{JOB}"] = problem
        return
    st.session_state[f"{lesson_id}.table"] = file.getvalue().decode("utf-8-sig")


def _defaults(lesson_id: str) -> None:
    """The sentence that goes with the texts, until another one is typed."""
    key, data = f"{lesson_id}.typed", st.session_state.get(f"{lesson_id}.data") or "en"
    ours = [words.t(lang, f"classify.typed_{name}") for lang in words.LANGUAGES for name in DATA]
    example.until_typed(key, ours, t(f"classify.typed_{data}"))


def _missing(lesson_id: str) -> None:
    """What a way needs and is not here, with the button that fetches it."""
    for artefact_id in (ENCODER, WORD_VECTORS):
        download.needed(artefact_id, f"{lesson_id}.get.{artefact_id}", "classify.missing")


def _spec(lesson_id: str) -> Classify:
    state = st.session_state
    data = state.get(f"{lesson_id}.data") or "en"
    own = (state.get(f"{lesson_id}.table") or "").encode()
    return Classify(
        recipe=running.recipe(),
        lang="zh" if data == "zh" else "en",
        table=labelled_table.read(own) if data == "own" else None,
        per_class=int(state.get(f"{lesson_id}.per_class") or 13),
        typed=state.get(f"{lesson_id}.typed") or "",
    )
