import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from lesson_core.compute.jobs import JobManager
from lesson_core.schema.jobs import JobStatus
from lesson_core.store.database import Store, sqlite_url
from tests.compute.probes import Probe

REGISTRY = "tests.compute.probes"


def until(condition: Callable[[], Any], timeout_s: float = 30.0) -> Any:
    """Wait for something true and return it; the limit is only there so that a test can fail."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError("did not happen")


def ended(manager: JobManager, job_id: str) -> JobStatus:
    """Wait for a job's end."""

    def look() -> JobStatus | None:
        status = manager.status(job_id)
        assert status is not None
        return status if status.ended else None

    status: JobStatus = until(look)
    return status


def detail(manager: JobManager, job_id: str, key: str) -> Any:
    """Wait for an event whose detail has `key`."""
    return until(
        lambda: next((e.detail[key] for e in manager.events(job_id) if key in e.detail), None)
    )


def failure(status: JobStatus) -> tuple[str, dict[str, object]]:
    assert status.state == "failed" and status.error is not None
    return status.error["code"], status.error["values"]


def runs(manager: JobManager) -> None:
    """The next job works."""
    again = manager.submit("echo", Probe(text="next"), session="after")
    assert ended(manager, again).state == "done"


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(sqlite_url(tmp_path / "lab.sqlite"))
    yield opened
    opened.close()


@pytest.fixture
def manager(tmp_path: Path, store: Store) -> Iterator[JobManager]:
    made = JobManager(registry=REGISTRY, store=store, home=tmp_path)
    yield made
    made.shutdown()
