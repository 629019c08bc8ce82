"""The token clock on a page: a run followed live, its stats with badges, its sentences."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from lesson_core.theory import metrics
from pages.ui import badges, problems, runs
from pages.ui.language import t
from pages.ui.numbers import milliseconds, rounded
from pages.ui.token_clock import Stat, State, clock_events, prompt_tokens, token_clock


def live(lesson_id: str, job: str) -> None:
    """Follow this page's run of `job` in the clock; a Stop button while it lasts."""

    def draw(found: JobStatus | None) -> None:
        events = runs.events(found)
        prediction = prediction_of(events)
        token_clock(
            key=f"{lesson_id}.clock",
            state=state(found, events),
            run=found.id if found else "",
            prompt_tokens=prompt_tokens(events),
            events=clock_events(events),
            bound_ms=prediction["bound_s"] * 1e3 if prediction else None,
            stats=stats(events, prediction),
            message=message(found, events),
            summary=_summary(events) if found and found.state == "done" else "",
            expect_tokens=found.spec.new_tokens if found and runs.is_active(found) else None,
        )
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))

    runs.show_refusal(job)
    runs.follow(job, draw, every=0.25)


def stats(events: Sequence[Event], prediction: dict[str, Any] | None) -> list[Stat]:
    """TTFT, TPOT, the machine's limit, the share reached."""
    arrived = any(event.stage == "sample" for event in events)
    seen = metrics.latency(events) if arrived else None
    tpot = seen.tpot_s if seen else None
    bound = prediction["bound_s"] if prediction else None
    rate = t("clock.rate", rate=rounded(1 / tpot)) if tpot else ""
    short = t("clock.needs_two") if seen is not None and tpot is None else ""
    reach = f"{bound / tpot * 100:.0f}" if bound and tpot else "–"
    return [
        _stat("ttft", seen.ttft_s if seen else None, badges.live(), ""),
        _stat("tpot", tpot, badges.live(), rate or short),
        _stat("bound", bound, badges.predicted(), bound_note(prediction)),
        Stat(label=t("clock.reach"), value=reach, unit="%" if tpot else "",
             note=t("clock.reach_note")),
    ]  # fmt: skip


def _stat(key: str, seconds: float | None, badge: Any, note: str) -> Stat:
    value, unit = milliseconds(seconds)
    return Stat(label=t(f"clock.{key}"), value=value, unit=unit, note=note, badge=badge)


def bound_note(prediction: dict[str, Any] | None) -> str:
    """“538 MB at 21 GB/s”: what every decode step has to read, and how fast memory gives it."""
    if prediction is None:
        return ""
    return t(
        "clock.bound_note",
        megabytes=round(prediction["weights_read_bytes"] / 1e6),
        bandwidth=rounded(prediction["bandwidth_bytes_per_s"] / 1e9),
    )


def prediction_of(events: Sequence[Event]) -> dict[str, Any] | None:
    """The `data` event that says what the roofline expects of this run."""
    for event in events:
        if event.stage == "data" and event.detail.get("what") == "prediction":
            return event.detail
    return None


def state(found: JobStatus | None, events: Sequence[Event]) -> State:
    """The run's state for a component; “loading” until the first token of the prompt is there."""
    if found is None:
        return "idle"
    if found.state == "running" and not any(event.stage == "tokenize" for event in events):
        return "loading"
    return found.state


def message(found: JobStatus | None, events: Sequence[Event]) -> str:
    """One sentence on where a run stands, when that is not plain to see."""
    if found is None:
        return ""
    if found.state == "queued":
        return t("clock.queued", position=found.position or 1)
    if found.state == "failed" and found.error:
        return problems.sentence(found.error["code"], found.error.get("values", {}))
    steps = [str(e.detail.get("what")) for e in events if e.stage == "progress"]
    if state(found, events) == "loading":
        return t(f"clock.{steps[-1]}") if steps else t("clock.starting")
    return ""


def _summary(events: Sequence[Event]) -> str:
    if not any(event.stage == "sample" for event in events):
        return ""
    seen = metrics.latency(events)
    ttft, tpot = milliseconds(seen.ttft_s), milliseconds(seen.tpot_s)
    return t("clock.summary", tokens=seen.tokens, ttft=" ".join(ttft), tpot=" ".join(tpot))
