"""Every stage of a stack in numbers: latency, throughput, memory, quality."""

from itertools import pairwise
from statistics import median
from typing import Any

import streamlit as st

from lesson_core.theory import stats
from pages.ui import lesson
from pages.ui.language import t
from pages.ui.numbers import rounded
from pages.ui.stack import name


def show(summary: dict[str, Any]) -> None:
    """Every stage: TTFT, TPOT, throughput, memory, quality; noisy rows say so."""
    lesson.heading("stage_by_stage")
    rows = []
    for stage in summary["stages"]:
        middle = {q: median(samples) for q, samples in stage["samples"].items()}
        quality, low = stage["quality"], stats.iqr(stage["samples"]["tpot_s"])
        noisy = f" {t('optimise.noisy')}" if stage["noisy"] else ""
        rows.append(
            f"| {name(stage['change'])} | {rounded(middle['ttft_s'] * 1e3)} "
            f"| {rounded(middle['tpot_s'] * 1e3)} ± {rounded(low * 500)}{noisy} "
            f"| {rounded(1 / middle['tpot_s'])} "
            f"| {rounded((stage['weight_bytes'] + stage['kv_bytes']) / 1e6)} "
            f"| {quality['bits_per_byte']:.3f} | {stage['same_tokens']} / {stage['tokens']} |"
        )
    st.markdown("\n".join([t("optimise.table_head"), "|---|--:|--:|--:|--:|--:|--:|", *rows]))
    built = "; ".join(
        f"{name(stage['change'])} {rounded(stage['build_s'])} s"
        for stage in summary["stages"] if stage["build_s"] >= 0.5
    )  # fmt: skip
    st.caption(t("optimise.table_note", n=len(summary["stages"][0]["samples"]["tpot_s"])))
    if built:
        st.caption(t("optimise.built", built=built))


def steps(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """The last stage's time per token, each run with its predicted parts."""
    last = summary["stages"][-1]
    parts = last["predicted"]["parts_s"]
    return [{"measured_s": seconds, "parts_s": parts} for seconds in last["samples"]["tpot_s"]]


def numbers(summary: dict[str, Any]) -> dict[str, object]:
    """What the explanation fills in."""
    first, last = summary["stages"][0], summary["stages"][-1]
    steps = [median(stage["samples"]["tpot_s"]) for stage in summary["stages"]]
    gains = [before / now for before, now in pairwise(steps)]
    best = max(range(len(gains)), key=gains.__getitem__) if gains else 0
    return {
        "plain_ms": steps[0] * 1e3,
        "last_ms": steps[-1] * 1e3,
        "ratio": steps[0] / steps[-1],
        "best": name(summary["stages"][best + 1]["change"]) if gains else None,
        "best_gain": gains[best] if gains else None,
        "quality_before": first["quality"]["bits_per_byte"],
        "quality_after": last["quality"]["bits_per_byte"],
    }
