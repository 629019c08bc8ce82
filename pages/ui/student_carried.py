"""What the training added to the student: by topic, by sentence, and against other makings."""

from typing import Any

import streamlit as st

from lesson_core.theory import shares
from lesson_core.theory.labelled_sentences import topics
from lesson_core.theory.recorded import recorded
from pages.ui import badges, lesson
from pages.ui.heat_grid import Cell, GridRow, heat_grid
from pages.ui.language import current, t
from pages.ui.plain_text import literal
from pages.ui.share_rows import ShareRow, share_rows
from pages.ui.student_view import CHANCE, ROWS

MAKINGS = (
    "random", "random_english", "glosses", "glosses_chinese", "glosses_english", "shipped",
)  # fmt: skip


def show(lesson_id: str, summary: dict[str, Any]) -> None:
    """Topic by topic, then the sentences that changed sides."""
    lesson.heading("what_was_carried")
    names = [topic.name for topic in topics(current())]
    rows = [
        GridRow(
            label=t(f"how_zero_shot.row_{key.replace('.', '_')}"),
            cells=[Cell(text=f"{100 * share:.0f}", heat=share) for share in summary["topics"][key]],
        )
        for key in ROWS
    ]
    heat_grid(key=f"{lesson_id}.topics", title=t("how_zero_shot.by_topic"), corner="",
              columns=names, rows=rows, upright=True, message=t("how_zero_shot.by_topic"),
              badges=[badges.counted()])  # fmt: skip
    names_apart = {name: f"{loss:.2f}" for name, loss in summary["names"].items()}
    st.markdown(t("how_zero_shot.names_apart", **names_apart))
    low, high = (100 * end for end in summary["difference"])
    sure = "surely" if low > 0 else "not_sure"
    st.markdown(t("how_zero_shot.changed", gained=summary["gained"], lost=summary["lost"])
                + t(f"how_zero_shot.{sure}", low=f"{low:.0f}", high=f"{high:.0f}"))  # fmt: skip
    _fixed(summary["fixed"])


def _fixed(fixed: list[dict[str, Any]]) -> None:
    names = {topic.id: topic.name for topic in topics(current())}
    with st.expander(t("how_zero_shot.fixed")):
        lines = [
            f"| {literal(one['text'])} | {literal(spelled(one['glosses']))} "
            f"| {names[one['said']]} | {names[one['topic']]} |"
            for one in fixed
        ]
        st.markdown("\n".join([t("how_zero_shot.fixed_head"), "|---|---|---|---|", *lines]))


def spelled(glosses: list[list[Any]]) -> str:
    """The likeliest English piece of each Chinese one, in the order of the sentence."""
    return " ".join(words[0] if words else "?" for _, words in glosses)


def origin(lesson_id: str) -> None:
    """Students that began or were taught otherwise, as they were measured once."""
    lesson.heading("where_from")
    found = recorded("chinese_student")
    st.markdown(t("how_zero_shot.origin"))
    share_rows(
        key=f"{lesson_id}.origin", rows=[_made(making, found) for making in MAKINGS],
        chance=CHANCE, badges=[badges.recorded()],
        message=t("how_zero_shot.origin_title"), legend=t("how_zero_shot.origin_legend"),
    )  # fmt: skip


def _made(making: str, found: dict[str, Any]) -> ShareRow:
    one = found["rows"][making]
    low, high = shares.interval(one["right"], one["n"])
    seen = one["steps"] * found["batch"]
    note = t("how_zero_shot.texts_read", n=f"{seen:,}") if seen else t("how_zero_shot.untaught")
    return ShareRow(
        label=t(f"how_zero_shot.making_{making}"), note=note, value=one["right"] / one["n"],
        low=low, high=high, beside=t("how_zero_shot.sib", share=f"{100 * one['sib200_zh']:.0f}"),
    )  # fmt: skip
