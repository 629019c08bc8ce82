"""“Measure properly”: the same prompt, unwatched, warmed up, repeated, alone on the machine."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.specs import MeasureClock, TokenClock
from lesson_core.theory import stats
from pages.ui import runs
from pages.ui.language import t
from pages.ui.numbers import milliseconds

JOB = "measure_clock"
REPEATS = 7


@dataclass(frozen=True)
class Ratio:
    """TTFT over TPOT of the measured repeats, with the interval of its median."""

    ratio: float
    interval: tuple[float, float]
    predicted: float | None
    n: int


def button(lesson_id: str, make_spec: Callable[[str], TokenClock]) -> None:
    """Offer the proper measurement of the prompt in the box; show its progress and its table."""
    st.caption(t("clock.watched"))
    found = runs.status(JOB)
    if not runs.is_active(found):
        st.button(t("clock.measure"), key=f"{lesson_id}.measure", on_click=_start,
                  args=(lesson_id, make_spec), help=t("clock.measure_note", n=REPEATS))  # fmt: skip
    runs.follow(JOB, _progress, every=1.0)
    runs.show_problem(JOB, found)
    summary = runs.result(found)
    if summary is not None:
        _table(summary)


def _start(lesson_id: str, make_spec: Callable[[str], TokenClock]) -> None:
    text = st.session_state.get(f"{lesson_id}.prompt") or ""

    def spec() -> MeasureClock:
        asked = make_spec(text)
        return MeasureClock(
            recipe=asked.recipe, prompt=asked.prompt, chat=asked.chat, card=asked.card,
            repeats=REPEATS,
        )  # fmt: skip

    runs.start(JOB, spec)


def _progress(found: JobStatus | None) -> None:
    if not runs.is_active(found) or found is None:
        return
    steps = [event.detail for event in runs.events(found) if event.stage == "progress"]
    if found.state == "queued":
        text, share = t("clock.queued", position=found.position or 1), 0.0
    elif steps:
        last = steps[-1]
        text = t(f"clock.{last['what']}")
        share = last["done"] / last["total"] if last.get("total") else 0.0
    else:
        text, share = t("clock.starting"), 0.0
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(share, 1.0), text=text)
        st.button(t("clock.stop"), key="measure.stop", on_click=runs.cancel, args=(JOB,))


def _table(summary: dict[str, Any]) -> None:
    rows = []
    for name in ("ttft", "tpot", "e2e"):
        part = summary["summary"][name]
        low, high = part["interval"]
        rows.append(
            f"| {name.upper()} | {_ms(part['median'])} | {_ms(part['iqr'])} "
            f"| {_ms(low)} – {_ms(high)} | {part['n']} |"
        )
    head = t("measure.table_head")
    st.markdown("\n".join([head, "|---|--:|--:|--:|--:|", *rows]))
    reached = summary.get("reached")
    if reached:
        st.caption(t("measure.reached", percent=round(reached * 100), tokens=summary["tokens_out"]))


def _ms(seconds: float) -> str:
    return " ".join(milliseconds(seconds))


def ratio() -> Ratio | None:
    """TTFT ÷ TPOT from the finished measurement, or None."""
    summary = runs.result(runs.status(JOB))
    if summary is None:
        return None
    result = summary["result"]
    samples = result["samples_s"]
    ratios = [a / b for a, b in zip(samples["ttft"], samples["tpot"], strict=True)]
    expected = result.get("prediction") or {}
    predicted = None
    if "ttft" in expected and "tpot" in expected:
        predicted = expected["ttft"]["total_s"] / expected["tpot"]["total_s"]
    return Ratio(
        ratio=stats.median(ratios), interval=stats.bootstrap_interval(ratios),
        predicted=predicted, n=len(ratios),
    )  # fmt: skip
