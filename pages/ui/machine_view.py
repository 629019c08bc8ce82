"""The machine card on a page: curves growing while it is measured, the roofline afterwards."""

import streamlit as st

from lesson_core.schema.card import Card
from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.plain import from_plain
from pages.ui import clock, machine_card, runs
from pages.ui.language import t
from pages.ui.numbers import milliseconds, rounded
from pages.ui.plain_text import literal
from pages.ui.roofline_view import roofline_view

MODEL_BYTES = 538_060_032  # the default model in fp32: what a decode step reads


def live(lesson_id: str, job: str) -> None:
    """Follow the measurement; afterwards, or without one, the newest card that is kept."""

    def draw(found: JobStatus | None) -> None:
        events = runs.events(found)
        card = card_of(found) or (None if runs.is_active(found) else machine_card.latest())
        points = [e.detail for e in events if e.stage == "data"]
        roofline_view(
            key=f"{lesson_id}.roofline",
            card=card,
            working_set=MODEL_BYTES if card else None,
            mark=t("machine.mark") if card else "",
            message=clock.message(found, events) or _step(found, events),
            curve=[(p["bytes"], p["per_s"]) for p in points if p["what"] == "bandwidth"],
            roofs=[(p["dtype"], p["per_s"]) for p in points if p["what"] == "flops"],
        )
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))
        elif card is not None:
            facts(card)

    runs.follow(job, draw, every=1.0)
    runs.show_problem(job, runs.status(job))


def card_of(found: JobStatus | None) -> Card | None:
    """The card of a finished job."""
    plain = runs.result(found)
    return from_plain(Card, plain) if plain is not None else None


def facts(card: Card) -> None:
    """The card in words: what was measured, on what, when."""
    where = card.environment
    rows = [
        ("processor", literal(where.device_name if where.device != "cpu" else where.cpu)),
        ("cores", t("machine.cores_value", cores=where.cores, threads=where.threads)),
        ("memory", f"{rounded(where.memory_bytes / 2**30)} GiB"),
        ("bandwidth", f"{rounded(card.bandwidth_at(MODEL_BYTES) / 1e9)} GB/s"),
        *((f"flops_{name}", f"{rounded(rate.per_s / 1e9)} GFLOP/s")
          for name, rate in card.flops.items()),
        ("dispatch", " ".join(milliseconds(card.dispatch_s))),
    ]  # fmt: skip
    lines = [f"| {t(f'machine.{name}')} | {value} |" for name, value in rows]
    with st.container(key="machine-facts"):
        st.markdown("\n".join(["| | |", "|---|--:|", *lines]))
    when = where.started_at[:16].replace("T", " ")
    torch = where.versions.get("torch", "")
    st.caption(t("machine.when", scope=t(f"machine.scope_{card.scope}"), when=when, torch=torch))


def _step(found: JobStatus | None, events: list[Event]) -> str:
    if not runs.is_active(found):
        return ""
    steps = [event.detail for event in events if event.stage == "progress"]
    return t(f"clock.{steps[-1]['what']}") if steps else t("clock.starting")
