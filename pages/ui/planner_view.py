"""What a wish comes to: fits or not, the speeds with their ranges, and how that speed feels."""

from dataclasses import replace
from typing import Any

import streamlit as st

from lesson_core.theory import serving
from lesson_core.theory.efficiency import Estimate
from lesson_core.theory.serving import Memory, Speed, Wish
from pages.ui import badges, planner_tables
from pages.ui.language import current, t
from pages.ui.numbers import milliseconds, rounded
from pages.ui.planner_tables import gigabytes
from pages.ui.token_clock import Stat, token_clock


def waiting(lesson_id: str) -> None:
    """The clock before the guess is in."""
    token_clock(key=f"{lesson_id}.felt", state="idle", message=t("planner.guess_first"))


def show(lesson_id: str, wish: Wish) -> None:
    """The verdict, and the clock with its stats: a new wish is played at its own speed."""
    held, fast = serving.memory(wish), serving.speed(wish)
    st.markdown(_verdict(wish, held))
    run = "|".join(map(str, (*vars(wish).values(), current())))
    token_clock(
        key=f"{lesson_id}.felt", state="done", run=run, replay=True, events=_events(wish),
        prompt_count=wish.prompt, stats=_stats(fast), summary=t("planner.summary"),
    )  # fmt: skip
    st.caption(t("planner.felt"))
    with st.container(horizontal=True, gap="large"):
        planner_tables.memory(wish, held)
        planner_tables.trap(wish, fast)


def _verdict(wish: Wish, held: Memory) -> str:
    if not held.usable:
        return t("planner.memory_unknown", device=wish.device)
    values = {
        "weights": gigabytes(held.weights), "sequence": gigabytes(held.sequence),
        "usable": gigabytes(held.usable),
        "most": f"{held.most:,}", "batch": f"{wish.batch:,}",
    }  # fmt: skip
    if held.fits:
        return t("planner.fits", **values)
    way = t("planner.cards_needed", cards=held.cards) if held.cards else t("planner.too_large")
    name = "planner.no_room" if held.most == 0 else "planner.batch_too_large"
    return f"{t(name, **values)} {way}"


def _stats(fast: Speed) -> list[Stat]:
    step = _time(t("clock.tpot"), fast.tpot)
    rate = t("clock.rate", rate=rounded(1 / fast.tpot.seconds))
    return [
        _time(t("clock.ttft"), fast.ttft),
        replace(step, note=f"{rate}, {step.note}"),
        _number(t("planner.throughput"), fast.throughput, "tok/s"),
        _number(t("planner.cost"), fast.cost, "$") if fast.cost
        else Stat(label=t("planner.cost"), value="–", note=t("planner.no_price")),
    ]  # fmt: skip


def _time(label: str, found: Estimate | None) -> Stat:
    if found is None:
        return Stat(label=label, value="–", note=t("planner.no_peak"))
    value, unit = milliseconds(found.seconds)
    low, high = (" ".join(milliseconds(end)) for end in (found.low, found.high))
    note = t("planner.range", low=low, high=high)
    return Stat(label=label, value=value, unit=unit, note=note, badge=badges.predicted())


def _number(label: str, found: Estimate, unit: str) -> Stat:
    note = t("planner.range", low=rounded(found.low), high=rounded(found.high))
    return Stat(
        label=label, value=rounded(found.seconds), unit=unit, note=note, badge=badges.predicted()
    )


def _events(wish: Wish) -> list[dict[str, Any]]:
    text = t("planner.felt_text")
    pieces = text.split("|")
    ends = [second * 1e3 for second in serving.timeline(wish, len(pieces))]
    starts = [0.0, *ends]
    return [
        {"kind": "decode" if i else "prefill", "step": i, "start_ms": starts[i], "end_ms": end,
         "token": {"id": i, "text": piece, "control": False}}
        for i, (piece, end) in enumerate(zip(pieces, ends, strict=True))
    ]  # fmt: skip
