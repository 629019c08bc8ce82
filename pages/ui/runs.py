"""A page's runs: submit a typed spec, follow its events, keep it in the link.

The job's id stands in the address as `?job=…` (a page's second job as `?measured=…`), so a refresh
or a second browser sees the same run.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lesson_core.compute.jobs import JobManager, manager
from lesson_core.errors import LabError
from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from pages.ui import problems, saved

ACTIVE = ("queued", "running")
PARAMETER = {
    "measure_clock": "measured", "speculative_law": "law", "sentence_pair": "pair",
    "zero_shot_own": "own", "train_vectors": "trained", "broken_transformer": "broken",
    "student_own": "own", "few_shot": "episodes",
    "train_rungs": "training", "rung_samples": "samples",
    "distil": "students", "fetch_model": None,
}  # fmt: skip
"""Which parameter of the address carries a job's id; `job` for all others."""


def jobs() -> JobManager:
    """The one job manager of this server."""
    return manager()


def start(name: str, make_spec: Callable[[], Any]) -> None:
    """Build the spec and submit it; a refusal is kept as the page's problem."""
    st.session_state.pop(f"problem.{name}", None)
    try:
        job = jobs().submit(name, make_spec(), session=saved.session())
    except LabError as problem:
        st.session_state[f"problem.{name}"] = problem
        return
    st.session_state[f"job.{name}"] = job
    parameter = PARAMETER.get(name, "job")
    if parameter is not None:
        st.query_params[parameter] = job


def status(name: str) -> JobStatus | None:
    """The run that this page shows: the one in the link, else this session's last one."""
    parameter = PARAMETER.get(name, "job")
    linked = st.query_params.get(parameter) if parameter else None
    found = jobs().status(linked) if linked else None
    if found is not None and found.name == name:
        st.session_state[f"job.{name}"] = found.id
        return found
    own = st.session_state.get(f"job.{name}")
    return jobs().status(own) if own else None


def is_active(found: JobStatus | None) -> bool:
    """Whether more events may come."""
    return found is not None and found.state in ACTIVE


def events(found: JobStatus | None) -> list[Event]:
    """All events of a run so far."""
    return jobs().events(found.id) if found else []


def cancel(name: str) -> None:
    """Stop the run that this page shows."""
    found = status(name)
    if found is not None:
        jobs().cancel(found.id)


def show_refusal(name: str) -> bool:
    """The sentence for a run that was not even started; whether there was one."""
    refused = st.session_state.get(f"problem.{name}")
    if refused is not None:
        problems.show(refused)
    return refused is not None


def show_problem(name: str, found: JobStatus | None) -> None:
    """The sentence for a refused or failed run."""
    if show_refusal(name):
        return
    if found is not None and found.state == "failed" and found.error:
        problems.show_code(found.error["code"], found.error.get("values", {}))


def result(found: JobStatus | None) -> dict[str, Any] | None:
    """The detail of the `result` event, once it is there."""
    for event in reversed(events(found)):
        if event.stage == "result":
            return event.detail
    return None


def data(found: JobStatus | None, what: str) -> list[dict[str, Any]]:
    """Details of the `data` events that say `what`."""
    return [e.detail for e in events(found) if e.stage == "data" and e.detail.get("what") == what]


def follow(name: str, draw: Callable[[JobStatus | None], None], every: float = 0.2) -> None:
    """Call `draw` again and again while the run lasts, then rerun the page once.

    Only this fragment reruns, so the rest of the page stays still and the worker keeps its cores.
    """
    active = is_active(status(name))

    def step() -> None:
        found = status(name)
        draw(found)
        if active and not is_active(found):
            st.rerun()

    st.fragment(step, run_every=every if active else None)()
