"""Progress as tables and bars: recall by topic, the days ahead, confidence against outcome."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import streamlit as st

from lesson_core.learn import attempts
from lesson_core.learn.problems import shelf
from pages.ui import badges, saved, spot_choice
from pages.ui.language import t
from pages.ui.plain_text import literal
from pages.ui.xy_chart import Axis, Chart, Series, xy_chart

BAR = 12  # signs of a full bar
LEAST = 3  # guesses at a confidence before a share is worth a number


def solved() -> None:
    """How many coding problems are solved, and how many were tried."""
    states = attempts.states(saved.everything())
    found = [states[one] for one in shelf.IDS if one in states]
    st.markdown(t("progress.problems", solved=found.count("solved"), count=len(shelf.IDS),
                  tried=found.count("tried")))  # fmt: skip


def mastery(recall: Mapping[str, float], names: Mapping[str, str]) -> None:
    """Topics that were begun, the weakest first; the others as one line."""
    begun = sorted((share, names[topic]) for topic, share in recall.items() if share > 0)
    rows = [f"| {literal(name)} | {_bar(share)} | {share:.0%} |" for share, name in begun]
    st.markdown("\n".join([t("progress.mastery_head"), "|---|---|--:|", *rows]))
    st.caption(t("progress.mastery_note", count=sum(share == 0 for share in recall.values())))


def forecast(counts: Sequence[int], today: date) -> None:
    """How many questions come back on each of the next days."""
    said = t("progress.forecast_said", today=counts[0], all=sum(counts), days=len(counts))
    days = [(float(n), f"{today + timedelta(days=n):%m-%d}") for n in range(len(counts))]
    xy_chart(key="progress-forecast", chart=Chart(
        title=said, message=said, badges=[badges.predicted()], height=220,
        x=Axis(label=t("progress.day"), zero=False, range=(-0.5, len(counts) - 0.5), ticks=days),
        y=Axis(label=t("progress.questions"), whole=True, range=(0, 4)),
        series=[Series(label=t("progress.questions"), kind="predicted", bars=True,
                       points=[(float(n), float(count)) for n, count in enumerate(counts)])],
    ))  # fmt: skip


def calibration() -> None:
    """Of the guesses made with 50, 70 and 90 %, how many were close; bugs that were named count."""
    scored: dict[int, list[bool]] = {}
    for one in saved.everything():
        value = one.value if isinstance(one.value, dict) else {}
        if one.kind == "guess" and one.key == "scored" and {"confidence", "close"} <= set(value):
            scored.setdefault(int(value["confidence"]), []).append(bool(value["close"]))
    for one, value in spot_choice.answers():
        if one.confidence is not None:
            sure = round(100 * one.confidence)
            scored.setdefault(sure, []).append(value.get("correct") is True)
    if not scored:
        st.caption(t("progress.no_guesses"))
        return
    rows = []
    for confidence, close in sorted(scored.items()):
        share = f"{sum(close) / len(close):.0%}" if len(close) >= LEAST else t("progress.too_few")
        rows.append(f"| {confidence} % | {len(close)} | {share} |")
    st.markdown("\n".join([t("progress.calibration_head"), "|--:|--:|--:|", *rows]))
    st.caption(t("progress.calibration_note"))


def _bar(share: float) -> str:
    """A bar of text: it needs no colour and is read aloud as its number beside it."""
    return "█" * round(share * BAR)
