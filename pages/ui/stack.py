"""The stack of optimisations on a page: choose and order, watch the bars shrink."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.optimise import CHANGES, Change
from pages.ui import badges, clock, problems, prompt, runs
from pages.ui.ladder import Rung, ladder
from pages.ui.language import t

FIRST: tuple[Change, ...] = ("kv-cache", "sdpa", "int8", "fused")


def name(change: str) -> str:
    """A change by its name; the plain model has one too."""
    return t(f"optimise.{change or 'plain'}")


def chosen(lesson_id: str) -> tuple[Change, ...]:
    """The changes in the order in which they were picked."""
    picked = st.session_state.get(f"{lesson_id}.changes")
    return tuple(FIRST if picked is None else picked)


def waiting(lesson_id: str) -> None:
    """The names without a number, before the guess."""
    rungs = [Rung(label=name(change)) for change in ("", *FIRST)]
    ladder(key=f"{lesson_id}.ladder", rungs=rungs, message=t("optimise.guess_first"))


def controls(lesson_id: str, job: str, make_spec: Callable[[str], Any]) -> None:
    """What to stack, in which order, on which prompt."""
    st.multiselect(t("optimise.changes"), CHANGES, FIRST, key=f"{lesson_id}.changes",
                   format_func=name, placeholder=t("optimise.changes_hint"))  # fmt: skip
    if chosen(lesson_id):
        prompt.ask(lesson_id, job, make_spec)
    else:
        st.caption(t("optimise.choose_one"))


def live(lesson_id: str, job: str) -> None:
    """Bars as medians arrive; the job runs unwatched and is asked once a second."""

    def draw(found: JobStatus | None) -> None:
        events = runs.events(found)
        stages = runs.data(found, "stage")
        rungs = _rungs(stages, events) or [Rung(label=name(c)) for c in ("", *chosen(lesson_id))]
        n = max((row["n"] for row in runs.data(found, "timed")), default=0)
        marks = [badges.measured(n), badges.predicted()] if n else [badges.predicted()]
        ladder(
            key=f"{lesson_id}.ladder", rungs=rungs, badges=marks, message=_message(found, events)
        )
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))

    runs.show_refusal(job)
    runs.follow(job, draw, every=1.0)
    for refusal in runs.data(runs.status(job), "refused"):
        why = problems.sentence(refusal["code"], refusal["values"])
        st.warning(t("optimise.refused", change=name(refusal["change"]), why=why),
                   icon=":material/info:")  # fmt: skip


def _message(found: JobStatus | None, events: Sequence[Event]) -> str:
    if not runs.is_active(found):
        return clock.message(found, events) or t("optimise.bars")
    steps = [event.detail for event in events if event.stage == "progress"]
    if not steps or steps[-1]["what"] == "load_model":
        return clock.message(found, events)
    last = steps[-1]
    return t(f"optimise.{last['what']}", done=last["done"] + 1, total=last["total"])


def _rungs(stages: Sequence[dict[str, Any]], events: Sequence[Event]) -> list[Rung]:
    timed = {
        e.detail["stage"]: e.detail["tpot_s"]
        for e in events if e.stage == "data" and e.detail["what"] == "timed"
    }  # fmt: skip
    rungs, before = [], None
    for stage in stages:
        now = timed.get(stage["stage"])
        ratio = f"{before / now:.2f} ×" if before and now else ""
        value, predicted = now * 1e3 if now else None, stage["predicted"]["tpot_s"] * 1e3
        rungs.append(
            Rung(label=name(stage["change"]), value=value, ratio=ratio, predicted=predicted)
        )
        before = now
    return rungs
