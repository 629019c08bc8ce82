"""The token clock: type a prompt, watch where every millisecond goes."""

import streamlit as st

from lesson_core.schema.specs import TokenClock
from pages.ui import (
    after,
    clock,
    guess,
    lesson,
    machine_card,
    measure,
    prompt,
    running,
    runs,
    verdict,
)  # fmt: skip

ID, JOB = "home", "token_clock"
UNIT = "×"


def spec(text: str) -> TokenClock:
    return TokenClock(
        recipe=running.recipe(), prompt=text, chat=running.model().chat, card=machine_card.latest()
    )


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="home-card"):
    prompt.ask(ID, JOB, spec)
    clock.live(ID, JOB)
    measure.button(ID, spec)

found = runs.status(JOB)
summary = runs.result(found)
measured = measure.ratio()
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None and summary["latency"]["tpot_s"]:
    latency, predicted = summary["latency"], summary["prediction"]
    outcome = verdict.Outcome(
        predicted=predicted["ttft"]["total_s"] / predicted["tpot"]["total_s"],
        measured=latency["ttft_s"] / latency["tpot_s"],
    )
    numbers = {
        "prompt_tokens": summary["tokens_in"],
        "ttft_ms": latency["ttft_s"] * 1e3,
        "tpot_ms": latency["tpot_s"] * 1e3,
        "ratio": outcome.measured,
    }
if measured is not None:
    outcome = verdict.Outcome(
        predicted=measured.predicted, measured=measured.ratio, interval=measured.interval,
        n=measured.n,
    )  # fmt: skip

verdict.show(ID, UNIT, outcome)
after.show(ID, numbers, runs.events(found))
