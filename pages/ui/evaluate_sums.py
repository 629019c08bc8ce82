"""The same losses added up in four ways, batches of one's own, and a mode left on."""

from typing import Any

import streamlit as st

from lesson_core.theory.perplexity import EXAMPLE, Batch, gap, mean_of_means, per_token, perplexity
from pages.ui import lesson
from pages.ui.language import t
from pages.ui.numbers import rounded

Summary = dict[str, Any]
WAYS = ("right", "means", "padded", "both")


def ways(summary: Summary) -> None:
    """The batches as they were, then four sums over them."""
    lesson.heading("four_sums")
    right = summary["ways"]["right"]
    lines = [
        f"| {t(f'evaluate.way_{way}')} | {rounded(summary['ways'][way])} "
        f"| {summary['ways'][way] / right - 1:+,.0%} |"
        for way in WAYS
    ]
    st.markdown("\n".join([t("evaluate.ways_head"), "|---|--:|--:|", *lines]))
    st.caption(t("evaluate.ways_note", n=len(summary["batches"]), rows=summary["rows"]))
    with st.expander(t("evaluate.batches")):
        rows = [
            f"| {i} | {one['tokens']} | {one['positions'] - one['tokens']} | {one['loss']:.3f} "
            f"| {one['padded']:.3f} |"
            for i, one in enumerate(summary["batches"], start=1)
        ]
        st.markdown("\n".join([t("evaluate.batches_head"), "|--:|--:|--:|--:|--:|", *rows]))


def own(lesson_id: str) -> None:
    """Two batches of the learner's: both means, and the gap from the covariance."""
    st.markdown(t("evaluate.own_text"))
    batches = []
    for name, first, column in zip("ab", EXAMPLE, st.columns(2), strict=True):
        tokens = column.number_input(
            t("evaluate.own_tokens", name=name.upper()), 1, 100_000, first.tokens, 10,
            key=f"{lesson_id}.tokens_{name}",
        )  # fmt: skip
        loss = column.number_input(
            t("evaluate.own_loss", name=name.upper()), 0.0, 12.0, first.loss, 0.1,
            key=f"{lesson_id}.loss_{name}",
        )  # fmt: skip
        batches.append(Batch(tokens=int(tokens), loss=float(loss)))
    right, wrong = per_token(batches), mean_of_means(batches)
    st.markdown(t(
        "evaluate.own_result", right=f"{perplexity(right):.2f}", wrong=f"{perplexity(wrong):.2f}",
        gap=f"{gap(batches):+.3f}", loss=f"{right:.3f}",
    ))  # fmt: skip


def modes(summary: Summary) -> None:
    """One batch, read twice in each mode."""
    lesson.heading("mode_left_on")
    found = summary["modes"]
    lines = [
        f"| {t(f'evaluate.mode_{mode}')} | {' · '.join(f'{x:.4f}' for x in found[mode])} |"
        for mode in ("plain", "eval", "train")
    ]
    st.markdown("\n".join([t("evaluate.modes_head"), "|---|--:|", *lines]))
    st.caption(t("evaluate.modes_note"))
