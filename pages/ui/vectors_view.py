"""What a look-up finds of the lab's text: a bar per way of cutting, and where the words went."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from lesson_core.theory.lab_texts import lab_text
from lesson_core.theory.spelling import SPELLINGS, findable
from pages.ui import badges, clock, lesson, runs
from pages.ui.language import t
from pages.ui.plain_text import literal
from pages.ui.share_rows import ShareRow, share_rows

Summary = dict[str, Any]
WAYS = ("usual", "lower", "ours", "zh")


def expected() -> dict[str, float]:
    """What spelling alone promises each way, without the vectors."""
    english = lab_text("en").split()
    return {"usual": findable(english), "lower": findable(english, ("plain", "capital")),
            "ours": 1.0, "zh": 0.0}  # fmt: skip


def waiting(lesson_id: str) -> None:
    """The empty bars, before the guess."""
    rows = [ShareRow(label=t(f"vectors.row_{way}"), note=t(f"vectors.row_{way}_note"))
            for way in WAYS]  # fmt: skip
    share_rows(key=f"{lesson_id}.rows", rows=rows, message=t("vectors.guess_first"))


def live(lesson_id: str, job: str) -> None:
    """The bars fill as the ways are counted."""

    def draw(found: JobStatus | None) -> None:
        told = {detail["key"]: detail for detail in runs.data(found, "share")}
        share_rows(
            key=f"{lesson_id}.rows", rows=[_row(way, told.get(way)) for way in WAYS],
            badges=[badges.counted(), badges.predicted()] if told else [badges.predicted()],
            message=_message(found, runs.events(found)), legend=t("vectors.legend"),
        )  # fmt: skip

    runs.follow(job, draw, every=0.5)


def missing(summary: Summary) -> None:
    """Every word that was not found, by its spelling; the kinds add up."""
    lesson.heading("missing_words")
    kinds, n = summary["coverage"]["kinds"], summary["coverage"]["words"]
    lines = [
        f"| {t(f'vectors.kind_{kind}')} | {kinds[kind]['n']} "
        f"| {kinds[kind]['n'] - kinds[kind]['found']} | {_listed(kinds[kind]['missed'])} |"
        for kind in SPELLINGS
        if kinds[kind]["n"]
    ]
    st.markdown("\n".join([t("vectors.missing_head"), "|---|--:|--:|---|", *lines]))
    lost = kinds["plain"]["n"] - kinds["plain"]["found"]
    gained = sum(kinds[kind]["found"] for kind in SPELLINGS if kind != "plain")
    st.markdown(t(
        "vectors.missing_sum", promised=f"{100 * kinds['plain']['n'] / n:.1f}",
        lost=f"{100 * lost / n:.1f}", gained=f"{100 * gained / n:.1f}",
        usual=f"{100 * summary['coverage']['usual'] / n:.1f}",
    ))  # fmt: skip
    st.caption(t("vectors.missing_ours", missed=_listed(summary["ours"]["missed"])))


def _listed(missed: Sequence[Sequence[Any]]) -> str:
    return ", ".join(f"{literal(word)} × {times}" for word, times in missed) or "–"


def _row(way: str, told: dict[str, Any] | None) -> ShareRow:
    label, note, promised = t(f"vectors.row_{way}"), t(f"vectors.row_{way}_note"), expected()[way]
    if told is None:
        return ShareRow(label=label, note=note, expected=promised)
    return ShareRow(
        label=label, note=note, value=told["found"] / told["n"], expected=promised,
        beside=t("vectors.of", found=told["found"], n=told["n"]),
    )  # fmt: skip


def _message(found: JobStatus | None, events: Sequence[Event]) -> str:
    result = runs.result(found)
    if result is not None:
        return t("vectors.done", words=result["words"], dimensions=result["dimensions"])
    return clock.message(found, events) or t("vectors.idle")
