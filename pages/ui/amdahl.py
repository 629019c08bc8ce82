"""Amdahl over the whole answer: each change speeds up a part, and the rest stays."""

from itertools import pairwise
from statistics import median
from typing import Any

import streamlit as st

from lesson_core.theory import amdahl
from pages.ui import lesson
from pages.ui.language import t
from pages.ui.stack import name


def show(summary: dict[str, Any]) -> None:
    """Per change: the share of the answer that was decoding, how much faster that became, what
    Amdahl expects of the whole, and what the whole did."""
    lesson.heading("amdahl")
    rows = []
    for before, after in pairwise(summary["stages"]):
        was, now = (_middle(stage) for stage in (before, after))
        share = 1 - was["ttft_s"] / was["e2e_s"]
        factor = was["tpot_s"] / now["tpot_s"]
        rows.append(
            f"| {name(after['change'])} | {share:.0%} | {factor:.2f} × "
            f"| {amdahl.speedup(share, factor):.2f} × | {was['e2e_s'] / now['e2e_s']:.2f} × |"
        )
    st.markdown("\n".join([t("optimise.amdahl_head"), "|---|--:|--:|--:|--:|", *rows]))
    st.caption(t("optimise.amdahl_note"))


def _middle(stage: dict[str, Any]) -> dict[str, float]:
    return {quantity: median(samples) for quantity, samples in stage["samples"].items()}
