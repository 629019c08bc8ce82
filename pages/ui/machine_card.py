"""The machine card that predictions use: measured once per machine, kept in the store."""

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.schema.card import Card
from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.plain import from_plain
from pages.ui import running, runs, saved

JOB = "machine_card"


def latest() -> Card | None:
    """The newest quick or thorough card for the chosen device and threads, or None."""
    device = st.session_state.get("recipe.device", "auto")
    threads = int(st.session_state.get("recipe.threads", 0)) or running.cores()
    try:
        return saved.store().cards.latest(
            device=None if device == "auto" else device, threads=threads
        )
    except LabError as problem:
        saved.note(problem)
        return None


def keep(found: JobStatus | None) -> Card | None:
    """Keep the card of a finished job, once; returns it."""
    plain = runs.result(found)
    if found is None or plain is None:
        return None
    card = from_plain(Card, plain)
    if st.session_state.get("card.kept") != found.id:
        st.session_state["card.kept"] = found.id
        try:
            saved.store().cards.append(card)
        except LabError as problem:
            saved.note(problem)
    return card
