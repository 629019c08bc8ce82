"""The speculative lesson's run, followed: the answer by rounds, and what they add up to."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from lesson_core.theory import speculative as theory
from pages.ui import badges, clock, draft_tokens, runs
from pages.ui.draft_tokens import Stat
from pages.ui.language import t
from pages.ui.numbers import rounded
from pages.ui.token_clock import Badge


def waiting(lesson_id: str) -> None:
    """The empty frame, before the guess."""
    draft_tokens.draft_tokens(
        key=f"{lesson_id}.tokens", run="", events=(), stats=_stats((), None), badges=(),
        message=t("speculative.guess_first"),
    )  # fmt: skip


def live(lesson_id: str, job: str) -> None:
    """Follow the run: tokens coloured by where they came from, and what they add up to."""

    def draw(found: JobStatus | None) -> None:
        events = runs.events(found)
        draft_tokens.draft_tokens(
            key=f"{lesson_id}.tokens",
            run=found.id if found else "",
            events=events,
            stats=_stats(events, runs.result(found)),
            badges=_badges(events, runs.result(found)),
            message=_message(found, events),
        )
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))

    runs.show_refusal(job)
    runs.follow(job, draw, every=0.5)


def _message(found: JobStatus | None, events: Sequence[Event]) -> str:
    if found is None:
        return t("speculative.idle")
    if found.state in ("queued", "failed"):
        return clock.message(found, events)
    if found.state != "running":
        return ""
    steps = [str(e.detail["what"]) for e in events if e.stage in ("progress", "data")]
    return t(f"speculative.doing_{steps[-1]}") if steps else t("clock.starting")


def _stats(events: Sequence[Event], result: dict[str, Any] | None) -> list[Stat]:
    passes = [event.detail for event in events if event.stage == "decode"]
    pairs = [(len(found["proposed"]), found["accepted"]) for found in passes]
    alpha = theory.acceptance_rate(pairs)
    drafted = [accepted for proposed, accepted in pairs if proposed]
    known = result or {}
    per_round = sum(drafted) / len(drafted) + 1 if drafted else None
    return [
        Stat(label=t("speculative.alpha"), value=_short(alpha),
             note=t("speculative.alpha_note", accepted=sum(drafted)) if drafted else ""),
        Stat(label=t("speculative.per_round"), value=_short(per_round),
             note=_expected("expected_tokens", known)),
        Stat(label=t("speculative.cost"), value=_short(known.get("verify_cost")),
             note=t("speculative.cost_note", width=known["gamma"] + 1) if known else ""),
        Stat(label=t("speculative.speedup"),
             value=f"{_short(known['speedup'])} ×" if known else "–",
             note=_expected("predicted", known)),
    ]  # fmt: skip


def _badges(events: Sequence[Event], result: dict[str, Any] | None) -> list[Badge]:
    """No badge without a number."""
    live = [badges.live()] if any(event.stage == "decode" for event in events) else []
    return [*live, *([badges.predicted()] if result else [])]


def _expected(name: str, known: dict[str, Any]) -> str:
    return t(f"speculative.{name}", value=rounded(known[name])) if known.get(name) else ""


def _short(value: float | None) -> str:
    return "–" if value is None else rounded(value)
