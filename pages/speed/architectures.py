"""What GQA, MLA, MoE and disaggregation change: experts counted, caches weighed, prefill moved."""

import streamlit as st

from lesson_core.schema.architectures import Architectures
from lesson_core.theory import expert_reading, stats
from pages.ui import (
    after,
    apart,
    experts_bytes,
    experts_view,
    guess,
    kv_kinds,
    lesson,
    runs,
    verdict,
)  # fmt: skip
from pages.ui.language import t

ID, JOB = "architectures", "architectures"
UNIT = ""  # experts, a plain count


def spec() -> Architectures:
    experts = expert_reading.routing(experts_view.chosen(ID))
    return Architectures(experts=experts.count, per_token=experts.per_token)


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="architectures-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        experts_view.controls(ID, JOB, spec)
        experts_view.live(ID, JOB)
    else:
        experts_view.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
model, guessed = expert_reading.DEFAULT, True  # the run's, and whether the guess was about it
if summary is not None:
    row = experts_view.at_batch(summary)
    model = expert_reading.alike(summary["experts"], summary["per_token"]).name
    guessed = model == expert_reading.DEFAULT
    one, many = (expert_reading.per_step(model, n) / 1e9 for n in (1, row["batch"]))
    if guessed:
        outcome = verdict.Outcome(
            predicted=row["expected"],
            measured=stats.median(row["counts"]),
            interval=stats.bootstrap_interval(row["counts"]),
            n=len(row["counts"]),
            note=t("archs.of_layers", n=len(row["counts"])),
        )
    kept = {kind["kind"]: kind["bytes"] for kind in summary["kept"]}
    numbers = {
        "model": model,
        "experts": summary["experts"],
        "per_token": summary["per_token"],
        "batch": row["batch"],
        "visits": row["batch"] * summary["per_token"],
        "expected": row["expected"],
        "uneven": row["uneven"],
        "measured": experts_view.mean(row),
        "share": 100 * experts_view.mean(row) / summary["experts"],
        "one_gb": one,
        "many_gb": many,
        "growth": many / one,
        "mha": int(kept["mha"]),
        "mla": int(kept["mla"]),
    }

if guessed:
    verdict.show(ID, UNIT, outcome)
else:
    experts_view.not_compared(model)
if guess.may_see(ID):
    if summary is not None:
        experts_view.proof(summary)
        experts_bytes.show(ID, summary)
    kv_kinds.show(ID, summary)
    apart.show(ID)
after.show(ID, numbers, runs.events(found))
