"""The batching experiment on a page: the same requests under two schedulers."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from lesson_core.learn.figures.batching import REQUESTS, SLOTS
from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.plain import from_plain
from lesson_core.schema.serving import Served
from pages.ui import badges, clock, runs
from pages.ui.gantt import Row, gantt
from pages.ui.language import t
from pages.ui.numbers import rounded

KINDS = ("static", "continuous")
EMPTY_AXIS_S = 10.0
COUNTS, SEATS, SOURCES = (16, 24, 32, 48), (2, 4, 8, 16), ("conversation", "code")


def waiting(lesson_id: str) -> None:
    """The empty axes, before the guess."""
    for kind in KINDS:
        gantt(key=f"{lesson_id}.{kind}", title=t(f"batching.{kind}"), rows=[], end=EMPTY_AXIS_S,
              message=t("batching.guess_first"))  # fmt: skip


def controls(lesson_id: str, job: str, make_spec: Callable[[], Any]) -> None:
    """Requests, slots, trace, and Run."""
    busy = runs.is_active(runs.status(job))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.select_slider(t("batching.requests"), COUNTS, REQUESTS, key=f"{lesson_id}.requests",
                         width=180)  # fmt: skip
        st.select_slider(t("batching.slots"), SEATS, SLOTS, key=f"{lesson_id}.slots", width=150)
        st.segmented_control(
            t("batching.source"), SOURCES, default="conversation", key=f"{lesson_id}.source",
            format_func=lambda name: t(f"batching.{name}"), required=True,
        )  # fmt: skip
        st.button(t("batching.run"), key=f"{lesson_id}.run", type="primary", disabled=busy,
                  help=t("machine.busy") if busy else None, shortcut="Mod+Enter",
                  on_click=runs.start, args=(job, make_spec))  # fmt: skip
    runs.show_problem(job, runs.status(job))


def live(lesson_id: str, job: str) -> None:
    """Both runs grow as their requests are served; asked once a second, like every measured run."""

    def draw(found: JobStatus | None) -> None:
        events = runs.events(found)
        told = {kind: _latest(events, kind) for kind in KINDS}
        end = max((_last(run["rows"]) for run in told.values() if run), default=EMPTY_AXIS_S)
        for kind, run in told.items():
            gantt(
                key=f"{lesson_id}.{kind}", title=_title(kind, run), end=end,
                rows=rows(run["rows"]) if run else [],
                badges=_badge(run), legend=kind == KINDS[-1],
                message="" if run else clock.message(found, events) or t("batching.idle"),
            )  # fmt: skip
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))

    runs.follow(job, draw, every=1.0)


def proof(summary: dict[str, Any]) -> None:
    """Whether the answers are the same, whoever sat in the other slots."""
    same, n = summary["same"], summary["requests"]
    key = "batching.equal" if same == n else "batching.near_ties"
    icon = ":material/check:" if same == n else ":material/info:"
    st.markdown(f"{icon} {t(key, same=same, n=n)}")


def rows(plain: Sequence[dict[str, Any]]) -> list[Row]:
    """Rows of `serve.timeline` as they travel in events."""
    return [
        Row(
            label=str(row["id"]), arrival=row["arrival_s"], first=row["first_s"], end=row["end_s"],
            prompt=row["prompt_len"], tokens=row["tokens"],
            spans=[(a, b, kind) for a, b, kind in row["spans"]],
        )
        for row in plain
    ]  # fmt: skip


def served(plain: Sequence[dict[str, Any]]) -> list[Served]:
    """Lines of a log as they travel in events."""
    return [from_plain(Served, line) for line in plain]


def _latest(events: Sequence[Event], kind: str) -> dict[str, Any] | None:
    """The newest picture of one scheduler: measured if there is one, else predicted."""
    told = [e.detail for e in events if e.stage == "data" and e.detail.get("kind") == kind]
    measured = [detail for detail in told if detail["what"] == "run"]
    shown = measured or told
    return shown[-1] if shown else None


def _last(plain: Sequence[dict[str, Any]]) -> float:
    return max((span[1] for row in plain for span in row["spans"]), default=0.0) * 1.02


def _title(kind: str, run: dict[str, Any] | None) -> str:
    name = t(f"batching.{kind}")
    if run is None or not run["tok_s"]:
        return name
    return t("batching.with_rate", name=name, rate=rounded(run["tok_s"]))


def _badge(run: dict[str, Any] | None) -> list[Any]:
    if run is None:
        return []
    return [badges.measured(1) if run["what"] == "run" else badges.predicted()]
