"""What the timing of live runs starts, and that it tells a cancelled run from a finished one."""

from collections.abc import Iterator

import pytest

from lesson_core.bench import live
from lesson_core.compute.jobs import JobManager
from lesson_core.experiments.registry import JOBS
from tests.compute.conftest import REGISTRY
from tests.compute.probes import Probe


@pytest.fixture
def manager() -> Iterator[JobManager]:
    made = JobManager(registry=REGISTRY)
    yield made
    made.shutdown()


@pytest.mark.parametrize("name", live.JOBS)
def test_every_job_begins_with_what_it_takes(name: str) -> None:
    assert isinstance(live.spec_of(name), JOBS[name].spec)


def test_a_run_to_its_end_and_one_cancelled(
    manager: JobManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "spec_of", lambda _: Probe(steps=3))
    state, seconds = live.run(manager, "echo", None)
    assert state == "done" and seconds > 0
    state, seconds = live.run(manager, "polite", 0.01)
    assert state == "cancelled" and seconds > 0


def test_a_run_that_fails_is_named(manager: JobManager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "spec_of", lambda _: Probe())
    assert set(live.measured(manager, "raises")) == {"failed"}
