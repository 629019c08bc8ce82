"""A translation on a page: the alignment growing token by token, four answers under each other."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from pages.ui import badges, clock, lesson, runs
from pages.ui.heat_grid import Cell, GridRow, heat_grid
from pages.ui.language import t
from pages.ui.numbers import milliseconds
from pages.ui.plain_text import literal

Summary = dict[str, Any]
CLEAR = 0.1  # looks below it are tinted, not written


def waiting(lesson_id: str) -> None:
    """The empty grid, before the guess."""
    _grid(lesson_id, [], [], t("translation.guess_first"))


def live(lesson_id: str, job: str) -> None:
    """A row per token as it is written; afterwards the best answer of the beam search."""

    def draw(found: JobStatus | None) -> None:
        events = runs.events(found)
        result = runs.result(found)
        if result is not None:
            _grid(lesson_id, result["source"], result["tokens"], t("translation.done"))
        else:
            read = runs.data(found, "source")
            source = read[0]["pieces"] if read else []
            tokens = [{"piece": e.text, **e.detail} for e in events if e.stage == "decode"]
            _grid(lesson_id, source, tokens, _message(found, events))
        if found is not None:
            _answers(events, result)

    runs.follow(job, draw, every=0.3)


def word_tables(found: JobStatus | None) -> None:
    """What stands for each word, by both dictionaries."""
    lesson.heading("word_by_word")
    tables = {one["way"]: one for one in runs.data(found, "words")}
    rows = zip(tables["vectors"]["rows"], tables["dictionary"]["rows"], strict=True)
    lines = [
        f"| {literal(word)} | {literal(near) or '–'} | {literal(known) or '–'} |"
        for (word, near), (_, known) in rows
    ]
    st.markdown("\n".join([t("translation.words_head"), "|---|---|---|", *lines]))
    st.caption(t("translation.words_note"))


def candidates(summary: Summary) -> None:
    """The finished beams, best first, with the sum they are compared by."""
    lesson.heading("beams")
    lines = [
        f"| {literal(one['text'])} | {one['log_prob']:.2f} | {one['score']:.2f} |"
        for one in summary["candidates"]
    ]
    st.markdown("\n".join([t("translation.beams_head"), "|---|--:|--:|", *lines]))
    same = summary["greedy"] == summary["text"]
    st.caption(t(f"translation.beams_{'same' if same else 'other'}"))


def _answers(events: Sequence[Event], result: Summary | None) -> None:
    """Four ways, as far as they are known."""
    texts = {e.detail["way"]: e.detail["text"] for e in events if e.detail.get("what") == "words"}
    lines = [
        f"| {t(f'translation.way_{way}')} | {literal(text)} | |" for way, text in texts.items()
    ]
    if result is not None:
        for way, text in (("greedy", result["greedy"]), ("beam", result["text"])):
            seconds = " ".join(milliseconds(result["seconds"][way]))
            lines.append(f"| **{t(f'translation.way_{way}')}** | {literal(text)} | {seconds} |")
    if lines:
        st.markdown("\n".join([t("translation.answers_head"), "|---|---|--:|", *lines]))


def _grid(
    lesson_id: str, source: Sequence[str], tokens: Sequence[dict[str, Any]], message: str
) -> None:
    rows = [
        GridRow(label=_piece(one["piece"]), extra=f"{100 * one['prob']:.0f}", cells=[
            Cell(text=f"{100 * look:.0f}" if look >= CLEAR else "", heat=look,
                 mark=look == max(one["looks"]))
            for look in one["looks"]
        ])
        for one in tokens
    ]  # fmt: skip
    heat_grid(
        key=f"{lesson_id}.looks", title=t("translation.map"), corner=t("translation.written"),
        columns=[_piece(piece) for piece in source], rows=rows, extra=t("translation.prob"),
        upright=True, message=message, badges=[badges.live()] if rows else [],
    )  # fmt: skip


def _piece(piece: str) -> str:
    return piece.replace("▁", " ").strip() or ("␣" if piece else t("translation.end"))


def _message(found: JobStatus | None, events: Sequence[Event]) -> str:
    if any(e.detail.get("what") == "cache" for e in events) and runs.is_active(found):
        return t("translation.doing_cache")
    if any(e.stage == "decode" for e in events):
        return t("translation.map")
    return clock.message(found, events) or t("translation.idle")
