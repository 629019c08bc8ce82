"""The machine card that predictions use: measured once per machine, kept in the store."""

import streamlit as st

from lesson_core.compute.jobs import JobStatus
from lesson_core.errors import LabError
from lesson_core.schema.card import Card
from lesson_core.schema.plain import from_plain
from pages.ui import runs, saved

JOB = "machine_card"


def latest() -> Card | None:
    """The newest quick or thorough card of this machine for the chosen device, or None."""
    device = st.session_state.get("recipe.device", "auto")
    try:
        plain = saved.store().cards.latest(device)
    except LabError as problem:
        saved.note(problem)
        return None
    return from_plain(Card, plain) if plain is not None else None


def keep(found: JobStatus | None) -> Card | None:
    """Keep the card of a finished job, once; returns it."""
    plain = runs.result(found)
    if found is None or plain is None:
        return None
    card = from_plain(Card, plain)
    if st.session_state.get("card.kept") != found.id:
        st.session_state["card.kept"] = found.id
        try:
            saved.store().cards.save(found.spec.device, plain)
        except LabError as problem:
            saved.note(problem)
    return card
