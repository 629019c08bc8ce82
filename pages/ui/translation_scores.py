"""What the model scores on sentences it never saw (recorded), and the cache against none (live)."""

from typing import Any

import streamlit as st

from lesson_core.theory import stats
from lesson_core.theory.recorded import recorded
from pages.ui import lesson
from pages.ui.language import t
from pages.ui.numbers import milliseconds, rounded

DIRECTIONS = {"en_zh": "zh", "zh_en": "en"}


def corpus() -> None:
    """BLEU and chrF of four ways, both directions, with their signatures."""
    lesson.heading("held_out")
    rows = recorded("translation")  # as `bench abilities --only translate` printed them
    for name, target in DIRECTIONS.items():
        one = rows[name]
        lines = [
            f"| {t('translation.way_vectors')} | {one['baseline_bleu']:.1f} "
            f"| {one['baseline_chrf']:.1f} |",
            f"| {t('translation.way_dictionary')} | {one['dictionary_bleu']:.1f} "
            f"| {one['dictionary_chrf']:.1f} |",
            f"| **{t('translation.way_greedy')}** | {one['greedy_bleu']:.1f} | – |",
            f"| **{t('translation.way_beam')}** | {one['bleu']:.1f} | {one['chrf']:.1f} |",
        ]
        head = t("translation.scores_head", direction=t(f"translation.to_{target}"))
        st.markdown("\n".join([head, "|---|--:|--:|", *lines]))
        new = one["new_chinese"]
        st.caption(t("translation.scores_note", n=one["sentences"], beams=one["beams"],
                     bleu=f"{new['bleu']:.1f}", new=new["sentences"],
                     signature=one["signature"], chrf=one["chrf_signature"]))  # fmt: skip


def twins(summary: dict[str, Any]) -> None:
    """The same answer with the KV cache and without it: what was counted, what it took."""
    lesson.heading("cache_twins")
    found = summary["cache"]
    seconds = [stats.median(found[name]) for name in ("with_s", "without_s")]
    lines = [
        f"| {t(f'translation.cache_{name}')} | {found['passes'][i]:,} | {found['layers'][i]:,} "
        f"| {' '.join(milliseconds(seconds[i]))} |"
        for i, name in enumerate(("with", "without"))
    ]
    ratios = [found[name][1] / found[name][0] for name in ("passes", "layers")]
    passes, layers, time = map(rounded, (*ratios, seconds[1] / seconds[0]))
    lines.append(f"| {t('translation.cache_ratio')} | {passes} × | {layers} × | **{time} ×** |")
    st.markdown("\n".join([t("translation.cache_head"), "|---|--:|--:|--:|", *lines]))
    st.caption(t("translation.cache_note", n=len(found["with_s"]), read=found["read"],
                 written=found["written"]))  # fmt: skip
