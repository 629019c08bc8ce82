"""The steps of inference: the learner's own text, stage by stage, prefill and every decode step."""

import statistics

import streamlit as st

from lesson_core.schema.specs import PipelineTrace
from lesson_core.theory import stats
from pages.ui import (
    after,
    gap,
    guess,
    lesson,
    machine_card,
    prompt,
    running,
    runs,
    stages,
    verdict,
)  # fmt: skip
from pages.ui.language import t

ID, JOB = "inference-pipeline", "pipeline_trace"
UNIT = "ms"


def spec(text: str) -> PipelineTrace:
    return PipelineTrace(
        recipe=running.recipe(), prompt=text, chat=running.model().chat, card=machine_card.latest()
    )


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="pipeline-card"):
    st.caption(lesson.prose(ID, "experiment"))
    prompt.ask(ID, JOB, spec)
    stages.live(ID, JOB)

found = runs.status(JOB)
summary = runs.result(found)
decodes = [step for step in summary["steps"] if step["phase"] == "decode"] if summary else []
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None and decodes:
    steps_ms = [step["measured_s"] * 1e3 for step in decodes]
    outcome = verdict.Outcome(
        predicted=statistics.median(step["predicted_s"] for step in decodes) * 1e3,
        measured=stats.median(steps_ms),
        interval=stats.bootstrap_interval(steps_ms),
        n=len(steps_ms),
        note=t("verdict.steps_of_one_run", n=len(steps_ms)),
    )
    plan = runs.data(found, "prediction")[0]
    numbers = {
        "weights_mb": plan["weights_read_bytes"] / 1e6,
        "bandwidth_gbs": plan["bandwidth_bytes_per_s"] / 1e9,
        "bound_ms": plan["bound_s"] * 1e3,
        "step_ms": outcome.measured,
        "prompt_tokens": summary["tokens_in"],
        "prefill_ms": summary["steps"][0]["measured_s"] * 1e3,
    }

verdict.show(ID, UNIT, outcome)
if decodes and guess.may_see(ID):
    gap.show(ID, decodes)
after.show(ID, numbers, runs.events(found))
