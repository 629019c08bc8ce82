"""What is a large language model: next-token law, attention, and a census of its parameters."""

import streamlit as st

from lesson_core.schema.specs import NextToken
from pages.ui import after, guess, lesson, next_token_view, prompt, running, runs, verdict

ID, JOB = "what-is-an-llm", "next_token"
UNIT = "%"


def spec(text: str) -> NextToken:
    return NextToken(recipe=running.recipe(), prompt=text)


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="llm-card"):
    st.caption(lesson.prose(ID, "experiment"))
    prompt.ask(ID, JOB, spec, completes=True)
    next_token_view.live(ID, JOB)

found = runs.status(JOB)
census = next_token_view.census_of(found)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if census is not None and summary is not None:
    config, total = summary["config"], census["total"]
    table = config["vocab_size"] * config["d_model"]
    outcome = verdict.Outcome(
        predicted=table / sum(census["predicted"].values()) * 100,
        measured=census["groups"]["embedding"] / total * 100,
        exact=True,
    )
    numbers = {
        "vocab_size": config["vocab_size"],
        "d_model": config["d_model"],
        "table_params": census["groups"]["embedding"],
        "total_params": total,
        "share": outcome.measured,
    }

verdict.show(ID, UNIT, outcome)
if census is not None and guess.may_see(ID):
    next_token_view.census(ID, census)
after.show(ID, numbers, runs.events(found))
