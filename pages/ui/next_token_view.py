"""Playing with one next-token law: temperature, top-k, top-p; attention; the parameter census."""

from typing import Any

import streamlit as st

from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.specs import Sampling
from lesson_core.theory import next_token
from pages.ui import clock, lesson, runs
from pages.ui.attention_map import attention_map
from pages.ui.census import census as census_view
from pages.ui.distribution import distribution
from pages.ui.language import t


def live(lesson_id: str, job: str) -> None:
    """The distribution with its sliders as soon as the logits are here, then the attention."""
    found = runs.status(job)
    runs.show_problem(job, found)
    if runs.is_active(found):
        runs.follow(job, _waiting)
        return
    logits = _event(found, "logits")
    if logits is None:
        st.caption(t("llm.empty"))
        return
    _law(lesson_id, logits)
    attention = runs.data(found, "attention")
    if attention:
        st.subheader(t("llm.attention"), anchor="attention")
        attention_map(key=f"{lesson_id}.attention", detail=attention[0])


def _waiting(found: JobStatus | None) -> None:
    st.caption(clock.message(found, runs.events(found)) or t("clock.starting"))


@st.fragment
def _law(lesson_id: str, logits: Event) -> None:
    """Only this fragment reruns when a slider moves; the model is not asked again."""
    with st.container(horizontal=True):
        temperature = st.slider(t("llm.temperature"), 0.0, 3.0, 1.0, 0.05, key="llm.temperature",
                                persist_state="session")  # fmt: skip
        top_k = st.slider(t("llm.top_k"), 0, 100, 0, key="llm.top_k", help=t("llm.top_k_note"),
                          persist_state="session")  # fmt: skip
        top_p = st.slider(t("llm.top_p"), 0.05, 1.0, 1.0, 0.05, key="llm.top_p",
                          persist_state="session")  # fmt: skip
    numbers = next_token.logits_of(logits.detail)
    asked = Sampling(temperature=temperature, top_k=top_k, top_p=top_p)
    texts = {row["id"]: row["text"] for row in logits.detail["top"]}
    distribution(
        key=f"{lesson_id}.law",
        # Greedy leaves nothing to compare with, so its bars stand beside the plain softmax.
        before=next_token.distribution(numbers, Sampling(temperature=temperature or 1.0)),
        after=next_token.distribution(numbers, asked),
        text=lambda token: texts.get(token, f"#{token}"),
    )


def census_of(found: JobStatus | None) -> dict[str, Any] | None:
    """The census of the model that ran."""
    rows = runs.data(found, "census")
    return rows[0] if rows else None


def census(lesson_id: str, counted: dict[str, Any]) -> None:
    """Where the parameters are; the groups add up to the exact total."""
    lesson.heading("census")
    census_view(key=f"{lesson_id}.census", rows=counted["rows"])


def _event(found: JobStatus | None, stage: str) -> Event | None:
    return next((event for event in runs.events(found) if event.stage == stage), None)
