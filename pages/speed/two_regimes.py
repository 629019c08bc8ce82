"""Why prefill waits for arithmetic and decode for memory: products on the roofline, and a batch
raised until the step takes twice as long."""

from typing import Any

import streamlit as st

from lesson_core.schema.two_regimes import TwoRegimes
from lesson_core.theory import stats
from pages.ui import (
    after,
    elsewhere,
    gap,
    guess,
    lesson,
    machine_card,
    regimes,
    running,
    runs,
    verdict,
)  # fmt: skip
from pages.ui.language import t

ID, JOB = "two-regimes", "two_regimes"
UNIT = ""  # sequences, a plain count


def spec() -> TwoRegimes:
    chosen = regimes.chosen(ID)
    return TwoRegimes(recipe=running.recipe(), prompt_len=chosen.prompt_len, batch=chosen.batch,
                      card=machine_card.latest())  # fmt: skip


def numbers_of(summary: dict[str, Any]) -> dict[str, object]:
    """What the explanation fills in."""
    rates = runs.data(runs.status(JOB), "rates")[0]
    intensity = {(p["phase"], p["name"]): p["intensity"] for p in summary["operators"]}
    doubles = doubled_at(summary)
    return {
        "decode_intensity": intensity["decode", "qkv"],
        "prefill_intensity": intensity["prefill", "qkv"],
        "prompt_len": summary["prompt_len"],
        "ridge": rates["flops"] / rates["bandwidth"],
        "predicted": summary["predicted"]["doubles"],
        "measured": stats.median(doubles) if doubles else None,
    }


def doubled_at(summary: dict[str, Any]) -> list[float]:
    """Per turn, the batch at which the step took twice as long; the largest batch where it never
    did. Empty if most turns never did: there is no median then."""
    found = [value for value in summary["doubles"] if value is not None]
    never = len(summary["doubles"]) - len(found)
    return [] if never >= len(found) else [*found, *[float(summary["steps"][-1]["batch"])] * never]


def noisy(summary: dict[str, Any]) -> None:
    """Batches whose quartiles lie more than a tenth apart are shown, and named."""
    rows = [str(row["batch"]) for row in summary["steps"] if row["noisy"]]
    if rows:
        st.caption(t("regimes.noisy", batches=", ".join(rows)))
    if summary["refused"]:
        st.caption(t("regimes.refused", batch=summary["refused"]))


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="regimes-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        regimes.controls(ID, JOB, spec)
        regimes.live(ID, JOB)
    else:
        regimes.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None:
    doubles = doubled_at(summary)
    if doubles:
        outcome = verdict.Outcome(
            predicted=summary["predicted"]["doubles"],
            measured=stats.median(doubles),
            interval=stats.bootstrap_interval(doubles),
            n=len(doubles),
        )
    numbers = numbers_of(summary)

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID):
    if summary is not None:
        if None in summary["doubles"]:
            never = summary["doubles"].count(None)
            st.caption(t("regimes.never", batch=summary["steps"][-1]["batch"], never=never,
                         turns=len(summary["doubles"])))  # fmt: skip
        noisy(summary)
        gap.show(ID, summary["first"])
    elsewhere.show()
after.show(ID, numbers, runs.events(found))
