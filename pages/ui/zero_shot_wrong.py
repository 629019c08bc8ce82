"""Where the encoder goes wrong: plain and hard sentences, the confusion matrix, sure mistakes."""

from typing import Any

import streamlit as st

from lesson_core.theory.labelled_sentences import topics
from pages.ui import badges, lesson
from pages.ui.heat_grid import Cell, GridRow, heat_grid
from pages.ui.language import current, t
from pages.ui.numbers import milliseconds, rounded
from pages.ui.plain_text import literal
from pages.ui.share_rows import ShareRow, share_rows
from pages.ui.zero_shot_view import CHANCE

Summary = dict[str, Any]


def show(lesson_id: str, summary: Summary) -> None:
    """The gap told apart, then who is taken for whom."""
    lesson.heading("where_wrong")
    _split(lesson_id, summary)
    names = {"en": t("zero_shot.english"), "zh": t("zero_shot.chinese")}
    lang = st.segmented_control(
        t("zero_shot.which"), list(names), default="en", key=f"{lesson_id}.which", required=True,
        format_func=names.__getitem__,
    )  # fmt: skip
    _matrix(lesson_id, summary["confusion"][lang])
    if lang == "zh":
        share = 100 * summary["unknown"]["zh"]
        st.caption(t("zero_shot.unread", share=f"{share:.0f}"))
    else:
        _misses(summary)


def twins(summary: Summary) -> None:
    """The same sentence with every label whole, and with the prompt read once."""
    lesson.heading("prompt_once")
    one = summary["twins"]
    st.markdown(t(
        "zero_shot.twins", labels=one["labels"], whole_tokens=one["whole_tokens"],
        shared_tokens=one["shared_tokens"], whole=" ".join(milliseconds(one["whole_s"])),
        shared=" ".join(milliseconds(one["shared_s"])),
        ratio=rounded(one["whole_s"] / one["shared_s"]),
        predicted=rounded(one["whole_tokens"] / one["shared_tokens"]),
        difference=f"{one['difference']:.0e}",
    ))  # fmt: skip
    st.caption(t("zero_shot.twins_live", n=one["rounds"]))


def _split(lesson_id: str, summary: Summary) -> None:
    rows = []
    for kind in ("plain", "hard"):
        one = summary["split"][kind]
        rows.append(ShareRow(
            label=t(f"zero_shot.{kind}"), note=t(f"zero_shot.{kind}_note"),
            value=one["right"] / one["n"], low=one["low"], high=one["high"],
            expected=one["expected"], beside=t("zero_shot.of", right=one["right"], n=one["n"]),
        ))  # fmt: skip
    share_rows(
        key=f"{lesson_id}.split", rows=rows, chance=CHANCE, message=t("zero_shot.split"),
        badges=[badges.counted(), badges.predicted()],
    )  # fmt: skip
    described = summary["rows"]["en.described"]
    wrong = described["n"] - described["right"]
    st.markdown(t("zero_shot.second", wrong=wrong, second=summary["second"]))


def _matrix(lesson_id: str, counts: list[list[int]]) -> None:
    names = [topic.name for topic in topics(current())]
    rows = []
    for i, (name, row) in enumerate(zip(names, counts, strict=True)):
        cells = [
            Cell(text=str(n) if n else "", heat=n / max(1, sum(row)), mark=i == j)
            for j, n in enumerate(row)
        ]
        rows.append(GridRow(label=name, cells=cells))
    heat_grid(key=f"{lesson_id}.matrix", title=t("zero_shot.matrix_title"), rows=rows,
              corner=t("zero_shot.topic"), columns=names, upright=True,
              message=t("zero_shot.matrix"), badges=[badges.counted()])  # fmt: skip


def _misses(summary: Summary) -> None:
    names = {topic.id: topic.name for topic in topics(current())}
    with st.expander(t("zero_shot.sure")):
        lines = [
            f"| {literal(miss['text'])} | {names[miss['topic']]} | {names[miss['said']]} "
            f"| {miss['margin']:.2f} |"
            for miss in summary["misses"]
        ]
        st.markdown("\n".join([t("zero_shot.sure_head"), "|---|---|---|--:|", *lines]))
