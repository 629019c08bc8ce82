"""What dynamic scheduling changes: the same requests, a static and a continuous scheduler."""

import streamlit as st

from lesson_core.learn.figures.batching import REQUESTS, SLOTS
from lesson_core.schema.batching import Batching
from lesson_core.theory import stats
from pages.ui import (
    after,
    batching_view,
    guess,
    kv_paging,
    lesson,
    rate_lab,
    running,
    runs,
    verdict,
)  # fmt: skip
from pages.ui.language import t

ID, JOB = "batching", "batching"
UNIT = "×"


def spec() -> Batching:
    chosen = st.session_state
    return Batching(
        recipe=running.recipe(),
        requests=chosen.get(f"{ID}.requests", REQUESTS),
        slots=chosen.get(f"{ID}.slots", SLOTS),
        source="code" if chosen.get(f"{ID}.source") == "code" else "conversation",
    )


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="batching-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        batching_view.controls(ID, JOB, spec)
        batching_view.live(ID, JOB)
    else:
        batching_view.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None:
    rates = {kind: stats.median(values) for kind, values in summary["tok_s"].items()}
    outcome = verdict.Outcome(
        predicted=summary["predicted_ratio"],
        measured=stats.median(summary["ratios"]),
        interval=stats.bootstrap_interval(summary["ratios"]),
        n=len(summary["ratios"]),
        note=t("batching.pairs", n=len(summary["ratios"])),
    )
    numbers = {
        "requests": summary["requests"],
        "slots": summary["slots"],
        "idle": 100 * summary["idle"]["static"],
        "continuous_idle": 100 * summary["idle"]["continuous"],
        "continuous_tok_s": rates["continuous"],
        "static_tok_s": rates["static"],
        "ratio": outcome.measured,
        "prompt_tokens": summary["prompt_tokens"],
        "answer_tokens": summary["answer_tokens"],
        "prefill_share": 100 * summary["reading"],
    }

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID):
    if summary is not None:
        batching_view.proof(summary)
    kv_paging.show(ID, summary)
    rate_lab.show(ID, summary)
after.show(ID, numbers, runs.events(found))
