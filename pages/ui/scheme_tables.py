"""What a compression run found, beyond the rows: where a scheme loses, quality, weight errors."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.ui import badges, lesson, running, schemes
from pages.ui.language import t
from pages.ui.numbers import rounded
from pages.ui.xy_chart import Axis, Chart, Role, Series, xy_chart

WHERE = ("decode", "prefill", "small")
SHOWN = ("bf16", "int8", "int4", "unstructured", "2:4")
ROLES: dict[str, Role] = {
    "bf16": "overhead", "int8": "decode", "int4": "prefill", "unstructured": "arithmetic",
    "2:4": "kv",
}  # fmt: skip


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
    _speed([row for row in ran if "decode" in row], summary)
    lesson.heading("what_it_costs")
    _quality(ran, summary)
    lesson.heading("weight_errors")
    _errors(lesson_id, {row["name"]: row["error"] for row in ran})


def _speed(ran: list[dict[str, Any]], summary: dict[str, Any]) -> None:
    small = running.title(summary["quality_model"])
    rows = []
    for row in ran:
        cells = [_ratio(row[where]) if row[where] else "–" for where in WHERE]
        kept = f"{row['kept'] * 100:.0f} %"
        memory = f"{rounded(row['weight_bytes'] / 1e6)} MB"
        rows.append(f"| {schemes.label(row['name'])} | {' | '.join(cells)} | {kept} | {memory} |")
    head = t("compression.speed_head", model=running.title(summary["model"]), small=small,
             tokens=summary["prefill_len"])  # fmt: skip
    st.markdown("\n".join([head, "|---|--:|--:|--:|--:|--:|", *rows]))
    st.caption(t("compression.speed_note", n=summary["repeats"]))
    for where in WHERE:
        lost = [row for row in summary["slower"] if row["where"] == where]
        if lost:
            st.markdown(f":material/trending_down: {_lost(where, lost, small, summary)}")
    masks = [row for row in ran if row["name"] in ("unstructured", "2:4")]
    if masks:
        gains = " · ".join(f"{schemes.label(row['name'])} {_ratio(row['decode'])}" for row in masks)
        st.markdown(f":material/info: {t('compression.masks', gains=gains)}")


def _ratio(pair: dict[str, Any]) -> str:
    """“**1.29×** (1.27–1.31)”; a noisy pair says so instead of looking like a result."""
    low, high = pair["ratio"]["interval"]
    text = f"{schemes.times(pair['ratio']['median'])} ({low:.2f}–{high:.2f})"
    if pair["plain"]["noisy"] or pair["other"]["noisy"]:
        return f"{text} {t('compression.noisy')}"
    return f"**{text}**" if high < 1 or low > 1 else text


def _lost(where: str, lost: list[dict[str, Any]], small: str, summary: dict[str, Any]) -> str:
    place = t(f"compression.where.{where}", model=running.title(summary["model"]), small=small,
              tokens=summary["prefill_len"])  # fmt: skip
    found = " · ".join(f"{schemes.label(r['name'])} {schemes.times(r['ratio'])}" for r in lost)
    return t("compression.slower", where=place, found=found)


def _quality(ran: list[dict[str, Any]], summary: dict[str, Any]) -> None:
    key = "quality_note" if summary["quality_model"] != summary["model"] else "quality_own"
    st.markdown(t(f"compression.{key}", model=running.title(summary["model"]),
                  judge=running.title(summary["quality_model"])))  # fmt: skip
    rows = []
    for row in ran:
        texts, agreed = row["quality"]["texts"], row["quality"]["agreement"]
        cells = [" · ".join(write(texts[lang]) for lang in ("en", "zh")) for write in WRITTEN]
        length = f"{rounded(agreed['median'])} / {agreed['of']}" if agreed else "–"
        rows.append(f"| {schemes.label(row['name'])} | {' | '.join(cells)} | {length} |")
    st.markdown("\n".join([t("compression.quality_head"), "|---|--:|--:|--:|--:|--:|", *rows]))
    st.caption(t("compression.quality_caption"))
    wikitext = [row for row in ran if "wikitext2" in row["quality"]["texts"]]
    if wikitext:
        found = " · ".join(
            f"{schemes.label(row['name'])} "
            f"{rounded(row['quality']['texts']['wikitext2']['perplexity'])}"
            for row in wikitext
        )
        st.caption(t("compression.wikitext", found=found))


def _errors(lesson_id: str, errors: dict[str, dict[str, Any]]) -> None:
    names = [name for name in SHOWN if name in errors]
    lines = {name: [(x, share * 100) for x, share in errors[name]["bins"] if share > 1e-3]
             for name in names}  # fmt: skip
    peaks = {name: [max(line, key=lambda point: point[1])] for name, line in lines.items() if line}
    series = [Series(label="", role=ROLES[name], points=line) for name, line in lines.items()]
    series += [  # a name stands at the peak of its line
        Series(label=schemes.label(name), role=ROLES[name], points=peak)
        for name, peak in peaks.items()
    ]
    chart = Chart(
        title=t("compression.errors_chart"),
        x=Axis(label=t("compression.errors_x"), log=True, zero=False, range=(1e-4, 1.0)),
        y=Axis(label=t("compression.errors_y")),
        series=series, badges=[badges.counted()], height=260,
    )  # fmt: skip
    xy_chart(key=f"{lesson_id}.errors", chart=chart)
    sizes = " · ".join(f"{schemes.label(n)} {errors[n]['rms'] * 100:.2g} %" for n in names)
    zeros = " · ".join(f"{schemes.label(n)} {errors[n]['unchanged'] * 100:.0f} %" for n in names)
    st.caption(t("compression.errors_note", sizes=sizes, zeros=zeros))
