"""Scores of the learner's own texts: shares per class, margins, and what the wording changed."""

from typing import Any

import streamlit as st

from lesson_core.theory.zero_shot import TEMPERATURE, answer
from pages.ui import badges
from pages.ui.heat_grid import Cell, GridRow, heat_grid
from pages.ui.language import t
from pages.ui.plain_text import literal, shortened

WAYS = ("name", "described", "token", "prior")
LIKENESS = ("name", "described")
LONG = 90  # characters of a text that are shown


def show(lesson_id: str, result: dict[str, Any]) -> None:
    """One grid at a time, and sentences on what the encoder could not read."""
    names = {name: t(f"zero_shot.way_{name}") for name in WAYS}
    way = st.segmented_control(
        t("zero_shot.way"), WAYS, default="described", key=f"{lesson_id}.way", required=True,
        format_func=names.__getitem__,
    )  # fmt: skip
    near = way in LIKENESS
    scores, shares = result["ways"][way]["scores"], result["ways"][way]["shares"]
    heat_grid(
        key=f"{lesson_id}.grid", title=t("zero_shot.grid"), corner="", columns=result["labels"],
        rows=[_row(*line, near) for line in zip(result["texts"], scores, shares, strict=True)],
        extra=t("zero_shot.margin"), message=t("zero_shot.grid"), badges=[badges.live()],
    )  # fmt: skip
    note = "likeness" if near else "told"
    st.caption(t(f"zero_shot.margin_note_{note}", temperature=f"{TEMPERATURE:g}"))
    if near:
        _changed(result)
        _unread(result)
    else:
        lengths = ", ".join(map(str, result["tokens"]))
        st.caption(t("zero_shot.token_lengths", lengths=lengths))


def _row(text: str, scores: list[float], shares: list[float], near: bool) -> GridRow:
    found = answer(scores)
    cells = [
        Cell(text=f"{100 * share:.0f}", heat=share, mark=i == found.best)
        for i, share in enumerate(shares)
    ]
    label = shortened(text, LONG)
    return GridRow(label=label, cells=cells, extra=f"{found.margin:.{3 if near else 2}f}")


def _changed(result: dict[str, Any]) -> None:
    bare, described = (result["ways"][way]["scores"] for way in LIKENESS)
    pairs = zip(bare, described, strict=True)
    changed = sum(answer(a).best != answer(b).best for a, b in pairs)
    key = "zero_shot.changed" if changed else "zero_shot.unchanged"
    st.markdown(t(key, changed=changed, n=len(bare)))


def _unread(result: dict[str, Any]) -> None:
    for text, (unknown, n), cut in zip(
        result["texts"], result["unknown"], result["cut"], strict=True
    ):
        said = literal(shortened(text, LONG))
        if unknown:
            st.caption(t("zero_shot.not_read", unknown=unknown, n=n, text=said))
        if cut:
            st.caption(t("zero_shot.was_cut", n=cut, text=said))
