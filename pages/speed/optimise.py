"""How to make inference faster: one change after another, each measured, then the race."""

import streamlit as st

from lesson_core.schema.optimise import CHANGES, Optimise
from lesson_core.theory import stats
from pages.ui import (
    after,
    amdahl,
    gap,
    guess,
    lesson,
    machine_card,
    race,
    running,
    runs,
    stack,
    stack_table,
    verdict,
)  # fmt: skip
from pages.ui.language import t

ID, JOB = "optimise", "optimise"
UNIT = "×"


def spec(text: str) -> Optimise:
    return Optimise(
        recipe=running.recipe(), changes=stack.chosen(ID), prompt=text,
        chat=running.model().chat, card=machine_card.latest(),
    )  # fmt: skip


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="optimise-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        stack.controls(ID, JOB, spec)
        stack.live(ID, JOB)
    else:
        stack.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None:
    first, last = summary["stages"][0], summary["stages"][-1]
    pairs = zip(first["samples"]["tpot_s"], last["samples"]["tpot_s"], strict=True)
    ratios = [before / now for before, now in pairs]
    outcome = verdict.Outcome(
        predicted=first["predicted"]["tpot_s"] / last["predicted"]["tpot_s"],
        measured=stats.median(ratios),
        interval=stats.bootstrap_interval(ratios),
        n=len(ratios),
    )
    numbers = stack_table.numbers(summary)

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID):
    if summary is not None:
        gap.show(ID, stack_table.steps(summary))
        stack_table.show(summary)
        amdahl.show(summary)
    race.show(ID, found.id if found and summary else "", summary)
    lesson.heading("what_each_is")
    for change in CHANGES:
        with st.expander(t(f"optimise.{change}")):
            st.markdown(t(f"optimise.say_{change}"))
after.show(ID, numbers, runs.events(found))
