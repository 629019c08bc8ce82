"""What a compression run found, beyond the rows: where a scheme loses, and what it costs."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.ui import badges, lesson, running, schemes, weight_errors
from pages.ui.language import t
from pages.ui.numbers import rounded
from pages.ui.scheme_rows import SchemeRow, scheme_rows

WHERE = ("decode", "prefill", "small")
QUALITIES = ("perplexity", "bits", "kl", "same", "greedy")
WRITTEN: tuple[Callable[[dict[str, Any]], str], ...] = (
    lambda text: rounded(text["perplexity"]),
    lambda text: f"{text['bits_per_byte']:.2f}",
    lambda text: "0" if text["kl"] < 1e-6 else f"{text['kl']:.2g}",
    lambda text: f"{text['same_favourite'] * 100:.0f}",
)
"""The cells of a text's quality, in the order of the columns."""


def show(lesson_id: str, summary: dict[str, Any]) -> None:
    """Three sections in the order of the question: faster where, worse how, moved how far."""
    ran = [row for row in summary["schemes"] if "problem" not in row]
    lesson.heading("where_it_pays")
    _speed(lesson_id, [row for row in ran if "decode" in row], summary)
    lesson.heading("what_it_costs")
    _quality(lesson_id, ran, summary)
    weight_errors.show(lesson_id, {row["name"]: row["error"] for row in ran})


def _speed(lesson_id: str, ran: list[dict[str, Any]], summary: dict[str, Any]) -> None:
    places = _places(summary)
    rows = []
    for row in ran:
        cells = [_ratio(row[where]) if row[where] else "–" for where in WHERE]
        cells += [f"{row['kept'] * 100:.0f} %", f"{rounded(row['weight_bytes'] / 1e6)} MB"]
        rows.append(SchemeRow(label=schemes.label(row["name"]), state="done", values=cells))
    heads = [t(f"compression.speed_heads.{name}", **places) for name in (*WHERE, "kept", "memory")]
    scheme_rows(key=f"{lesson_id}.speed", columns=heads, rows=rows, bars=False,
                badges=[badges.measured(summary["repeats"])])  # fmt: skip
    st.caption(t("compression.speed_note", n=summary["repeats"]))
    for where in WHERE:
        lost = [row for row in summary["slower"] if row["where"] == where]
        if lost:
            found = " · ".join(
                f"{schemes.label(r['name'])} {schemes.times(r['ratio'])}" for r in lost
            )
            place = t(f"compression.where.{where}", **places)
            said = t("compression.slower", where=place, found=found)
            st.markdown(f":material/trending_down: {said}")
    masks = [row for row in ran if row["name"] in ("unstructured", "2:4")]
    if masks:
        gains = " · ".join(f"{schemes.label(row['name'])} {_ratio(row['decode'])}" for row in masks)
        st.markdown(f":material/info: {t('compression.masks', gains=gains)}")


def _places(summary: dict[str, Any]) -> dict[str, Any]:
    titles = {"model": summary["model"], "small": summary["quality_model"]}
    return {**{name: running.title(model) for name, model in titles.items()},
            "tokens": summary["prefill_len"]}  # fmt: skip


def _ratio(pair: dict[str, Any]) -> str:
    """“1.29× (1.27–1.31)”; a noisy pair says so instead of looking like a result."""
    low, high = pair["ratio"]["interval"]
    text = f"{schemes.times(pair['ratio']['median'])} ({low:.2f}–{high:.2f})"
    noisy = pair["plain"]["noisy"] or pair["other"]["noisy"]
    return f"{text} {t('compression.noisy')}" if noisy else text


def _quality(lesson_id: str, ran: list[dict[str, Any]], summary: dict[str, Any]) -> None:
    key = "quality_note" if summary["quality_model"] != summary["model"] else "quality_own"
    st.markdown(t(f"compression.{key}", model=running.title(summary["model"]),
                  judge=running.title(summary["quality_model"])))  # fmt: skip
    rows = []
    for row in ran:
        texts, agreed = row["quality"]["texts"], row["quality"]["agreement"]
        cells = [" · ".join(write(texts[lang]) for lang in ("en", "zh")) for write in WRITTEN]
        length = f"{rounded(agreed['median'])} / {agreed['of']}" if agreed else "–"
        label = schemes.label(row["name"])
        rows.append(SchemeRow(label=label, state="done", values=[*cells, length]))
    heads = [t(f"compression.quality_heads.{name}") for name in QUALITIES]
    scheme_rows(key=f"{lesson_id}.quality", columns=heads, rows=rows, bars=False,
                badges=[badges.counted()])  # fmt: skip
    st.caption(t("compression.quality_caption"))
    wikitext = [row for row in ran if "wikitext2" in row["quality"]["texts"]]
    if wikitext:
        found = " · ".join(
            f"{schemes.label(row['name'])} "
            f"{rounded(row['quality']['texts']['wikitext2']['perplexity'])}"
            for row in wikitext
        )
        st.caption(t("compression.wikitext", found=found))
