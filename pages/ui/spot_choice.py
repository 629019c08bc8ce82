"""Six mistakes to choose from, how sure one is, and the verdict; once per puzzle."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.answers import Answer
from pages.ui import card_words, guess, saved
from pages.ui.language import t

PAGE = "spot"


def ask(puzzle: str, kind: str, named: str, options: Mapping[str, str], right: str) -> str | None:
    """The candidates in the order given; what was chosen, once it was checked.

    `puzzle` is the key of its widgets, `named` what the answer is kept under.
    """
    checked = _checked(puzzle, names := list(options))
    locked = checked is not None
    with st.form(f"{puzzle}.form", border=False):
        # Locked, it is a widget of its own: Streamlit empties one that becomes disabled.
        state = "locked" if locked else "chosen"
        st.radio(t("spot.candidates"), names, key=f"{puzzle}.{state}", disabled=locked,
                 index=None if checked is None else names.index(checked),
                 format_func=options.__getitem__)  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if not locked:
                st.segmented_control(
                    t("spot.confidence"), guess.CONFIDENCES, key=f"{puzzle}.confidence",
                    format_func=lambda percent: f"{percent} %",
                )  # fmt: skip
            st.form_submit_button(
                t("spot.check"), key=f"{puzzle}.check", disabled=locked,
                on_click=_check, args=(puzzle, kind, named, right),
            )  # fmt: skip
    if checked is None:
        if st.session_state.get(f"{puzzle}.empty"):
            st.warning(t("spot.choose_first"), icon=":material/info:")
        return None
    card_words.verdict(checked == right, t("spot.right"), t("spot.wrong", answer=options[right]))
    return checked


def answers() -> Iterator[tuple[Answer, dict[str, Any]]]:
    """Everything that was ever said of a puzzle, with what was said."""
    for one in saved.everything():
        if one.page == PAGE and one.kind == "answer" and isinstance(one.value, dict):
            yield one, one.value


def _checked(puzzle: str, names: Sequence[str]) -> str | None:
    """What was chosen, also before a reload: the first answer is the one that counts."""
    chosen = (value.get("chosen") for _, value in answers() if value.get("puzzle") == puzzle)
    return next((one for one in chosen if one in names), None)


def _check(puzzle: str, kind: str, named: str, right: str) -> None:
    chosen = st.session_state[f"{puzzle}.chosen"]
    st.session_state[f"{puzzle}.empty"] = chosen is None
    if chosen is None:
        return
    sure = st.session_state.get(f"{puzzle}.confidence")
    value = {"puzzle": puzzle, "kind": kind, "chosen": chosen, "correct": chosen == right}
    saved.keep(PAGE, "answer", f"{PAGE}.{named}", value, sure / 100 if sure else None)
