"""How speed depends on the size of a model: a sweep over three and a half decades."""

from typing import Any

import streamlit as st

from lesson_core.theory import stats
from pages.ui import (
    after,
    gap,
    guess,
    lesson,
    runs,
    size_chart,
    size_controls,
    size_saved,
    verdict,
)  # fmt: skip

ID, JOB = "size", "size_sweep"
UNIT = "×"
SMALL, LARGE = "0.1M", "300M"


def outcome_of(summary: dict[str, Any]) -> verdict.Outcome:
    """The large model's step over the small one's, round by round."""
    points = {row["size"]: row for row in summary["points"]}
    if LARGE not in points:
        return verdict.Outcome(predicted=None, measured=None)
    expected = {row["size"]: row["predicted_s"] for row in summary["predicted"]}
    pairs = zip(points[LARGE]["samples_s"], points[SMALL]["samples_s"], strict=True)
    ratios = [large / small for large, small in pairs]
    return verdict.Outcome(
        predicted=expected[LARGE] / expected[SMALL],
        measured=stats.median(ratios),
        interval=stats.bootstrap_interval(ratios),
        n=len(ratios),
    )


def numbers_of(summary: dict[str, Any], ratio: float | None) -> dict[str, object]:
    """What the explanation fills in."""
    points = {row["size"]: row for row in summary["points"]}
    fitted = summary["fit"]
    if LARGE not in points or fitted is None:
        return {}
    small, large = points[SMALL], points[LARGE]
    return {
        "small_ms": small["median_s"] * 1e3,
        "large_ms": large["median_s"] * 1e3,
        "times_params": large["params"] / small["params"],
        "ratio": ratio,
        "layer_us": fitted["layer_s"] * 1e6,
        "bandwidth_gbs": fitted["bandwidth"] / 1e9,
        "crossover_m": fitted["crossover"] / 1e6 if fitted["crossover"] else None,
    }


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="size-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        size_controls.ask(ID, JOB)
        size_chart.live(ID, JOB, size_controls.spec(ID))
    else:
        size_chart.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
outcome = verdict.Outcome(predicted=None, measured=None)
numbers: dict[str, object] = {}
if summary is not None:
    outcome = outcome_of(summary)
    numbers = numbers_of(summary, outcome.measured)

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID) and summary is not None:
    gap.show(ID, summary["largest"])
    size_saved.compare(ID, JOB, summary)
after.show(ID, numbers, runs.events(found))
