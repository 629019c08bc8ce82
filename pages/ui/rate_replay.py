"""The simulated requests on the real engine: predicted beside measured, request by request."""

from typing import Any

import streamlit as st

from lesson_core.schema.batching import Replay
from lesson_core.schema.jobs import JobStatus
from lesson_core.serve.load_lab import Outcome
from lesson_core.theory.served import summary
from pages.ui import badges, batching_view, clock, running, runs
from pages.ui.gantt import gantt
from pages.ui.language import t
from pages.ui.rate_form import Wish
from pages.ui.rate_view import spread

JOB = "replay"
MOST = 48  # requests
LONGEST_S = 60.0


def offer(lesson_id: str, wish: Wish, result: Outcome) -> None:
    """The button, the progress, the comparison."""
    if wish.place.key != "here":
        st.caption(t("rate.replay_later"))
        return
    spec = _spec(wish, result)
    busy = runs.is_active(runs.status(JOB))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(t("rate.replay"), key=f"{lesson_id}.replay", disabled=busy,
                  help=t("machine.busy") if busy else None,
                  on_click=runs.start, args=(JOB, lambda: spec))  # fmt: skip
        st.caption(t("rate.replay_note", n=len(spec.arrivals_s), seconds=f"{_seconds(spec):.0f}"))
    runs.show_problem(JOB, runs.status(JOB))
    runs.follow(JOB, lambda found: _draw(lesson_id, found), every=1.0)


def _spec(wish: Wish, result: Outcome) -> Replay:
    """The first requests that arrive within a minute."""
    asked = wish.traffic.at(result.rate)
    chosen = [r for r in asked[:MOST] if r.arrival_s <= LONGEST_S] or asked[:1]
    return Replay(
        recipe=running.recipe(),
        policy=wish.policy,
        arrivals_s=tuple(r.arrival_s for r in chosen),
        prompts=tuple(len(r.prompt) for r in chosen),
        answers=tuple(r.new_tokens for r in chosen),
    )


def _seconds(spec: Replay) -> float:
    return spec.arrivals_s[-1] + 5


def _draw(lesson_id: str, found: JobStatus | None) -> None:
    told = runs.result(found)
    if runs.is_active(found):
        st.caption(clock.message(found, runs.events(found)))
        st.button(t("clock.stop"), key=f"{lesson_id}.stop_replay", on_click=runs.cancel,
                  args=(JOB,))  # fmt: skip
    if told is None:
        return
    expected, real = (summary(batching_view.served(told[k])) for k in ("predicted", "served"))
    lines = [t("rate.replay_head"), "|---|--:|--:|--:|--:|"]
    for name in ("ttft", "tpot", "e2e"):
        mine, theirs = getattr(expected, name), getattr(real, name)
        cells = (mine.p50, theirs.p50, mine.p95, theirs.p95)
        lines.append(f"| {name.upper()} | {' | '.join(map(spread, cells))} |")
    st.markdown("\n".join(lines))
    rows = batching_view.rows(told["rows"])
    gantt(key=f"{lesson_id}.replayed", title=t("rate.replay"), rows=rows, end=_end(told),
          badges=[badges.measured(1)])  # fmt: skip
    st.caption(t("rate.replayed", n=len(told["served"])))


def _end(told: dict[str, Any]) -> float:
    return float(max(span[1] for row in told["rows"] for span in row["spans"]))
