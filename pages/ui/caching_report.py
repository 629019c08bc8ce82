"""What a finished caching run says of each cache: hits, time, memory, mistakes."""

import math
from typing import Any

import streamlit as st

from lesson_core.theory import stats
from pages.ui import lesson
from pages.ui.component_loader import mount
from pages.ui.language import t
from pages.ui.numbers import count, milliseconds, rounded

Summary = dict[str, Any]
FOR_EVER = 1e8  # requests


def numbers_of(summary: Summary, rates: list[float]) -> dict[str, object]:
    """What the explanation fills in; `rates` are the hit rates on many logs."""
    row = {one["name"]: one for one in summary["rows"]}
    return {
        "texts": summary["texts"],
        "room": summary["capacity"],
        "room_share": 100 * summary["capacity"] / summary["texts"],
        "hit": 100 * stats.median(rates),
        "expected": 100 * summary["expected_cold"],
        "stay": summary["stay"] if summary["stay"] < FOR_EVER else math.inf,
        "input_saves": time(row["input"]["per_hit_s"]),
        "prefix_share": 100 * summary["prefix_share"],
        "prefix_saves": time(row["prefix"]["per_hit_s"]),
        "answer_saves": time(row["exact"]["per_hit_s"]),
        "prefix_bytes": f"{count(row['prefix']['bytes'])}B",
        "answer_bytes": f"{count(row['exact']['bytes'])}B",
    }


def time(seconds: float) -> str:
    """Value and unit; a saving may be negative."""
    if seconds < 0:
        return f"−{time(-seconds)}"
    return "\N{NO-BREAK SPACE}".join(milliseconds(seconds))


def table(summary: Summary) -> None:
    """One row per cache, and under it whether the prefix cache changed an answer."""
    lesson.heading("each_cache")
    rows = [_row(one, summary) for one in summary["rows"]]
    st.markdown("\n".join([t("caching.table_head"), "|---|--:|--:|--:|--:|--:|", *rows]))
    st.caption(t("caching.table_note", requests=summary["requests"], served=summary["served"]))
    same, n = sum(summary["same"]), len(summary["same"])
    icon = ":material/check:" if same == n else ":material/info:"
    delta = f"{summary['delta']:.1g}"
    st.markdown(f"{icon} {t('caching.same', same=same, n=n, delta=delta)}")


def _row(one: dict[str, Any], summary: Summary) -> str:
    saved = round(100 * one["saved_s"] / summary["totals"]["none"])
    cells = [
        t(f"caching.row_{one['name']}"),
        _hits(one, summary),
        f"**{100 * one['wrong']:.1f} %**" if one["wrong"] else t("caching.never"),
        time(one["per_hit_s"]),
        f"{saved} %".replace("-", "−"),
        f"{count(one['bytes'])}B",
    ]
    return f"| {' | '.join(cells)} |"


def _hits(one: dict[str, Any], summary: Summary) -> str:
    """Of the requests; for the prefix cache of the prompt tokens, as nearly all know a block."""
    if one["name"] == "prefix":
        return t("caching.of_tokens", share=f"{100 * summary['prefix_share']:.1f}")
    return f"{100 * one['hit']:.1f} %"


def gap(lesson_id: str, summary: Summary) -> None:
    """Seconds per request with the exact cache: expected misses, luck, and the rest."""
    n = summary["served"]
    expected, whole = (summary["expected_totals"][name] / n for name in ("exact", "none"))
    row = next(one for one in summary["rows"] if one["name"] == "exact")
    foreseen_misses = expected / whole
    luck = (1 - row["served_hit"] - foreseen_misses) * whole
    measured = summary["totals"]["exact"] / n
    rest = measured - expected - luck
    parts = [
        {"name": "arithmetic", "label": t("caching.part_misses"), "ms": 1e3 * expected,
         "note": t("badge.predicted")},
        {"name": "overhead", "label": t("caching.part_luck"), "ms": 1e3 * luck,
         "note": t("caching.part_luck_note", expected=rounded(100 * foreseen_misses),
                   found=rounded(100 * (1 - row["served_hit"])))},
        {"name": "unexplained", "label": t("gap.unexplained"), "ms": 1e3 * rest,
         "note": t("gap.faster") if rest < 0 else ""},
    ]  # fmt: skip
    lesson.heading("gap")
    total = {"label": t("caching.part_total", n=n), "ms": 1e3 * measured, "note": ""}
    mount("gap_split", key=f"{lesson_id}.gap", data={"parts": parts, "total": total})
