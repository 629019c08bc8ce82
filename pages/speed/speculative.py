"""How speculative decoding works: drafts and checks, and a proof that nothing is said otherwise."""

import streamlit as st

from pages.ui import (
    after,
    guess,
    lesson,
    runs,
    speculation,
    speculation_form,
    speculation_law,
    speculation_result,
    verdict,
)  # fmt: skip
from pages.ui.language import t

ID, JOB = "speculative", "speculative"
UNIT = "×"

lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="speculative-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        speculation_form.ask(ID, JOB)
        speculation.live(ID, JOB)
    else:
        speculation.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None:
    outcome = verdict.Outcome(
        predicted=summary["predicted"], measured=summary["speedup"], note=t("speculative.one_run")
    )
    numbers = {
        "gamma": summary["gamma"],
        "rounds": summary["rounds"],
        "tokens": summary["tokens_out"],
        "alpha": summary["alpha"],
        "per_draft": summary["tokens_per_draft"],
        "expected": summary["expected_tokens"],
        "cost": summary["verify_cost"],
        "speedup": summary["speedup"],
        "step_ms": summary["step_s"] * 1e3,
        "width": summary["gamma"] + 1,
    }

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID):
    if summary is not None:
        speculation_result.proof(summary)
        speculation_result.sweep(ID, summary)
    speculation_law.ask(ID)
after.show(ID, numbers, runs.events(found))
