"""What operator fusion buys: one decode step in ever fewer operations, on the same weights."""

from typing import Any

import streamlit as st

from lesson_core.schema.specs import Fusion
from lesson_core.theory import stats
from pages.ui import (
    after,
    fusion_rows,
    gap,
    guess,
    lesson,
    machine_card,
    running,
    runs,
    verdict,
)  # fmt: skip
from pages.ui.language import t

ID, JOB = "fusion", "fusion"
UNIT = "×"


def start() -> None:
    runs.start(JOB, lambda: Fusion(recipe=running.recipe(), card=machine_card.latest()))


def numbers_of(summary: dict[str, Any]) -> dict[str, object]:
    """What the explanation fills in."""
    plan, ratio = summary["plan"], summary["ratio"]
    ways = {row["name"]: row for row in summary["ways"] if "problem" not in row}
    slow, fast = ways[ratio["slowest"]], ways[ratio["fastest"]]
    middle = {name: stats.median(samples) * 1e3 for name, samples in summary["samples"].items()}
    return {
        "slow_ops": slow["operations"],
        "sdpa_ops": ways["sdpa"]["operations"],
        "fast_ops": fast["operations"],
        "slow_ms": middle[slow["name"]],
        "fast_ms": middle[fast["name"]],
        "ratio": stats.median(ratio["samples"]),
        "weights_mb": plan["weight_bytes"] / 1e6,
        "between_mb": slow["between_bytes"] / 1e6,
        "share": 100 * slow["between_bytes"] / plan["weight_bytes"],
        "bound_ms": plan["bound_s"] * 1e3,
        "dispatch_us": plan["dispatch_s"] * 1e6,
    }


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="fusion-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        busy = runs.is_active(runs.status(JOB))
        st.button(t("fusion.run"), key=f"{ID}.run", type="primary", shortcut="Mod+Enter",
                  disabled=busy, help=t("machine.busy") if busy else None,
                  on_click=start)  # fmt: skip
        fusion_rows.live(ID, JOB)
    else:
        fusion_rows.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None:
    numbers = numbers_of(summary)
    ratio = summary["ratio"]
    names = {end: fusion_rows.label(ratio[end]) for end in ("slowest", "fastest")}
    outcome = verdict.Outcome(
        predicted=ratio["predicted"],
        measured=stats.median(ratio["samples"]),
        interval=stats.bootstrap_interval(ratio["samples"]),
        n=len(ratio["samples"]),
        note=t("fusion.between", **names),
    )

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID) and summary is not None:
    gap.show(ID, summary["steps"])
    fusion_rows.proof(summary)
    fusion_rows.flame(ID, summary)
after.show(ID, numbers, runs.events(found))
