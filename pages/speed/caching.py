"""Which caches there are: one log of requests through all of them, and what each one costs."""

from dataclasses import asdict

import streamlit as st

from lesson_core.theory import stats
from pages.ui import (
    after,
    cache_rates,
    caching_form,
    caching_report,
    caching_view,
    guess,
    lesson,
    runs,
    semantic_view,
    sentence_try,
    verdict,
)  # fmt: skip
from pages.ui.language import t

ID, JOB = "caching", "caching"
UNIT = "%"

lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="caching-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        caching_form.controls(ID, JOB)
        caching_view.live(ID, JOB)
    else:
        caching_view.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None and found is not None:
    spec = found.spec
    summary = {**asdict(spec), **summary}
    rates = cache_rates.many(
        spec.lang, spec.skew, spec.policy, spec.capacity, spec.ttl, spec.requests
    )
    outcome = verdict.Outcome(
        predicted=100 * summary["expected_cold"],
        measured=100 * stats.median(rates),
        interval=stats.bootstrap_interval([100 * rate for rate in rates]),
        n=len(rates),
        note=t("caching.verdict_note", logs=len(rates), requests=spec.requests, room=spec.capacity,
               policy=spec.policy.upper(), skew=spec.skew, own=f"{100 * summary['hit']:.1f}"),
    )  # fmt: skip
    numbers = caching_report.numbers_of(summary, rates)

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID):
    if summary is not None:
        caching_report.gap(ID, summary)
        caching_report.table(summary)
    cache_rates.show(ID)
    if summary is not None and summary["semantic"]:
        semantic_view.show(ID, summary)
    sentence_try.show(ID)
after.show(ID, numbers, runs.events(found))
