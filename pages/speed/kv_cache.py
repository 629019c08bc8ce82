"""Why decoding needs a KV cache: every step with it and without, on the same tokens."""

import streamlit as st

from lesson_core.schema.kv_cache import KvCacheTwins
from lesson_core.theory import stats
from pages.ui import (
    after,
    gap,
    guess,
    kv_calculator,
    kv_twins,
    lesson,
    machine_card,
    prompt,
    running,
    runs,
    verdict,
)  # fmt: skip
from pages.ui.language import t

ID, JOB = "kv-cache", "kv_cache"
UNIT = "×"
LAST = 8  # steps whose ratio is the answer


def spec(text: str) -> KvCacheTwins:
    return KvCacheTwins(
        recipe=running.recipe(), prompt=text, chat=running.model().chat, card=machine_card.latest()
    )


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="kv-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        prompt.ask(ID, JOB, spec)
        kv_twins.live(ID, JOB)
    else:
        kv_twins.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None:
    steps = slice(-min(LAST, summary["tokens_out"] - 1), None)
    pairs = zip(summary["without_s"][steps], summary["with_s"][steps], strict=True)
    ratios = [without_s / with_s for without_s, with_s in pairs]
    expected = summary["predicted"]
    outcome = verdict.Outcome(
        predicted=expected["without_s"][-1] / expected["with_s"][-1],
        measured=stats.median(ratios),
        interval=stats.bootstrap_interval(ratios),
        n=len(ratios),
        note=t("kv.of_the_last", n=len(ratios)),
    )
    numbers = {
        "prompt_tokens": summary["tokens_in"],
        "answer_tokens": summary["tokens_out"],
        "ratio": outcome.measured,
        "with_ms": stats.median(summary["with_s"][steps]) * 1e3,
        "without_ms": stats.median(summary["without_s"][steps]) * 1e3,
        **kv_twins.passes(summary),
        "kv_kb": summary["kv_bytes_per_token"] / 1e3,
    }

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID):
    if summary is not None:
        gap.show(ID, summary["steps"])
        kv_twins.proof(summary)
    kv_calculator.ask(ID)
after.show(ID, numbers, runs.events(found))
