"""What the lesson on strings and vectors asks for: two strings, a policy, some words."""

import re
from typing import cast

import streamlit as st

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import WORD_VECTORS
from lesson_core.schema.vectors import Policy, WordVectors
from pages.ui import download, runs
from pages.ui.language import t

POLICIES: tuple[Policy, ...] = ("skip", "zero", "refuse")
FIRST = {
    "text": "The river flooded the bank.",
    "other": "The bank raised its rates.",
    "word": "faster",
    "a": "man", "b": "woman", "c": "king",
    "mapped": "cat dog horse wolf paris london berlin tokyo "
              "faster slower rapid sluggish violin piano guitar drum",
}  # fmt: skip
"""English in both languages: GloVe knows nothing else."""


def at_hand() -> bool:
    """Whether there is something to look words up in; where not, say what for."""
    here = home.is_ready(WORD_VECTORS)
    if not here:
        st.caption(t("vectors.needs_glove"))
    return here


def controls(lesson_id: str, job: str) -> None:
    """Run, or the offer of the vectors where they are not here."""
    if not download.needed(WORD_VECTORS, f"{lesson_id}.glove", "vectors.no_glove"):
        return
    busy = runs.is_active(runs.status(job))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(t("vectors.run"), key=f"{lesson_id}.run", type="primary", disabled=busy,
                  help=t("machine.busy") if busy else None, shortcut="Mod+Enter",
                  on_click=_start, args=(lesson_id, job, "run"))  # fmt: skip
        if busy:
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))
    _problem(lesson_id, job, "run")


def strings(lesson_id: str, job: str) -> None:
    """Two strings and what an unknown word does."""
    with st.form(f"{lesson_id}.strings", border=False):
        for name, column in zip(("text", "other"), st.columns(2), strict=True):
            with column:
                _field(lesson_id, name)
        names = {policy: t(f"vectors.policy_{policy}") for policy in POLICIES}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.segmented_control(
                t("vectors.policy"), POLICIES, default="skip", required=True,
                key=f"{lesson_id}.policy", format_func=names.__getitem__,
            )  # fmt: skip
            _submit(lesson_id, job, "strings_run")
    _problem(lesson_id, job, "strings_run")


def words(lesson_id: str, job: str) -> None:
    """One word, an analogy of three, and words for the map."""
    with st.form(f"{lesson_id}.words", border=False):
        for name, column in zip(("word", "a", "b", "c"), st.columns(4), strict=True):
            with column:
                _field(lesson_id, name)
        st.session_state.setdefault(f"{lesson_id}.mapped", FIRST["mapped"])
        st.text_area(t("vectors.mapped"), key=f"{lesson_id}.mapped", height=80)
        _submit(lesson_id, job, "words_run")
    _problem(lesson_id, job, "words_run")


def spec(lesson_id: str) -> WordVectors:
    """What the forms say; LabError where it makes no sense."""

    def said(name: str) -> str:
        return str(st.session_state.get(f"{lesson_id}.{name}", FIRST[name]) or "")

    return WordVectors(
        text=said("text"), other=said("other"), word=said("word").strip(),
        policy=cast(Policy, st.session_state.get(f"{lesson_id}.policy") or "skip"),
        analogy=(said("a"), said("b"), said("c")),
        mapped=tuple(dict.fromkeys(re.findall(r"[^\s,;，、；]+", said("mapped")))),
    )  # fmt: skip


def _field(lesson_id: str, name: str) -> None:
    st.session_state.setdefault(f"{lesson_id}.{name}", FIRST[name])
    st.text_input(t(f"vectors.{name}"), key=f"{lesson_id}.{name}")


def _submit(lesson_id: str, job: str, place: str) -> None:
    st.form_submit_button(t("vectors.show"), key=f"{lesson_id}.{place}", type="primary",
                          on_click=_start, args=(lesson_id, job, place))  # fmt: skip


def _start(lesson_id: str, job: str, place: str) -> None:
    st.session_state[f"{lesson_id}.asked"] = place
    runs.start(job, lambda: spec(lesson_id))


def _problem(lesson_id: str, job: str, place: str) -> None:
    """A problem is said beside the button that was pressed."""
    if st.session_state.get(f"{lesson_id}.asked", "run") == place:
        runs.show_problem(job, runs.status(job))
