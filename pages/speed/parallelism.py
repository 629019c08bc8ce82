"""What model parallelism buys: one model on two processes, by tensors and by stages."""

import streamlit as st

from lesson_core.schema.parallelism import Parallelism
from lesson_core.theory import stats
from pages.ui import (
    after,
    gap,
    guess,
    lesson,
    projected,
    prompt,
    running,
    runs,
    sharing,
    sharing_charts,
    verdict,
)  # fmt: skip

ID, JOB = "parallelism", "parallelism"
UNIT = "×"


def spec() -> Parallelism:
    return Parallelism(recipe=running.recipe(), prompt=prompt.default(completes=False),
                       chat=running.model().chat)  # fmt: skip


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="sharing-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        sharing.controls(ID, JOB, spec)
        sharing.live(ID, JOB)
    else:
        sharing.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None:
    ratios = sharing.ratios(summary)
    expected = {way: sum(parts.values()) for way, parts in summary["predicted"].items()}
    outcome = verdict.Outcome(
        predicted=expected["single"] / expected["tensor"],
        measured=stats.median(ratios),
        interval=stats.bootstrap_interval(ratios),
        n=len(ratios),
    )
    numbers = sharing.numbers_of(summary)

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID):
    if summary is not None:
        gap.show(ID, summary["steps"])
        sharing.proof(summary)
        sharing_charts.all_reduce(ID, summary)
        sharing_charts.stages(ID, summary)
    projected.show(ID)
    projected.published(ID)
after.show(ID, numbers, runs.events(found))
