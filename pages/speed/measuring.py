"""How inference speed is measured: the right way, and six wrong ones on the same runs."""

import streamlit as st

from lesson_core.schema.measuring import Measuring
from pages.ui import (
    after,
    gap,
    guess,
    lesson,
    machine_card,
    prompt,
    running,
    runs,
    verdict,
    wrong_ways,
)  # fmt: skip

ID, JOB = "measuring", "measuring"
UNIT = "%"


def spec(text: str) -> Measuring:
    return Measuring(
        recipe=running.recipe(), prompt=text, chat=running.model().chat, card=machine_card.latest()
    )


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="measuring-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        prompt.ask(ID, JOB, spec)
        wrong_ways.live(ID, JOB)
    else:
        wrong_ways.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None:
    worst = max(summary["ways"], key=lambda way: abs(way["off"]))
    outcome = verdict.Outcome(
        predicted=100 * max(abs(off) for off in summary["expected"]["off"].values()),
        measured=100 * abs(worst["off"]),
        n=len(summary["runs"]),
        exact=True,
        note=wrong_ways.named(worst),
    )
    numbers = wrong_ways.numbers(summary)

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID) and summary is not None:
    wrong_ways.table(summary)
    wrong_ways.promises(ID, summary)
    gap.show(ID, summary["steps"])
after.show(ID, numbers, runs.events(found))
