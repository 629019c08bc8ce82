"""Playing with one next-token law: temperature, top-k, top-p; attention; the parameter census."""

from typing import Any

import streamlit as st

from lesson_core.compute.jobs import JobStatus
from lesson_core.schema.events import Event
from lesson_core.schema.specs import Sampling
from lesson_core.theory import next_token
from pages.ui import attention_map, clock, distribution, lesson, runs
from pages.ui import census as census_view
from pages.ui.language import t

SHOWN = 12


def live(lesson_id: str, job: str) -> None:
    """The distribution with its sliders as soon as the logits are here, then the attention."""
    found = runs.status(job)
    runs.show_problem(job, found)
    if runs.is_active(found):
        runs.follow(job, _waiting)
        return
    logits = _event(found, "logits")
    if logits is None:
        distribution.distribution(key=f"{lesson_id}.law", rows=[], rest=0.0)
        return
    _law(lesson_id, logits)
    attention = runs.data(found, "attention")
    if attention:
        st.subheader(t("llm.attention"), anchor="attention")
        attention_map.attention_map(key=f"{lesson_id}.attention", detail=attention[0])


def _waiting(found: JobStatus | None) -> None:
    st.caption(clock.message(found, runs.events(found)) or t("clock.starting"))


@st.fragment
def _law(lesson_id: str, logits: Event) -> None:
    """Only this fragment reruns when a slider moves; the model is not asked again."""
    with st.container(horizontal=True):
        temperature = st.slider(t("llm.temperature"), 0.0, 3.0, 1.0, 0.05, key="llm.temperature")
        top_k = st.slider(t("llm.top_k"), 0, 100, 0, key="llm.top_k", help=t("llm.top_k_note"))
        top_p = st.slider(t("llm.top_p"), 0.05, 1.0, 1.0, 0.05, key="llm.top_p")
    sampling = Sampling(temperature=temperature, top_k=top_k, top_p=top_p)
    law = next_token.distribution(next_token.logits_of(logits.detail), sampling)
    texts = {row["id"]: row["text"] for row in logits.detail["top"]}
    pairs = law.top(SHOWN)
    distribution.distribution(
        key=f"{lesson_id}.law",
        rows=[{"id": i, "text": texts.get(i, f"#{i}"), "prob": p, "kept": p > 0} for i, p in pairs],
        rest=max(0.0, 1.0 - sum(p for _, p in pairs)),
        kept=law.kept,
        entropy_bits=law.entropy_bits,
    )


def census_of(found: JobStatus | None) -> dict[str, Any] | None:
    """The census of the model that ran."""
    rows = runs.data(found, "census")
    return rows[0] if rows else None


def census(lesson_id: str, counted: dict[str, Any]) -> None:
    """Where the parameters are; the groups add up to the exact total."""
    lesson.heading("census")
    census_view.census(key=f"{lesson_id}.census", groups=counted["groups"], total=counted["total"])


def _event(found: JobStatus | None, stage: str) -> Event | None:
    return next((event for event in runs.events(found) if event.stage == stage), None)
