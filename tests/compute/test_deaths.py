"""Jobs that end badly, or are made to end: the page hears why, and the next job runs."""

import os
import signal
from pathlib import Path

import psutil
import pytest

from lesson_core.compute.jobs import JobManager
from tests.compute.conftest import detail, ended, failure, gone, runs, until
from tests.compute.probes import Probe


def test_a_polite_cancel_keeps_the_worker(manager: JobManager) -> None:
    job_id = manager.submit("polite", Probe(), session="s")
    pid = detail(manager, job_id, "pid")
    manager.cancel(job_id)
    assert ended(manager, job_id).state == "cancelled"
    after = manager.submit("echo", Probe(), session="s")
    assert detail(manager, after, "pid") == pid


def test_a_cancel_that_is_ignored_kills_the_worker_with_its_children(manager: JobManager) -> None:
    job_id = manager.submit("rude", Probe(), session="s")
    child, pid = detail(manager, job_id, "child"), detail(manager, job_id, "pid")
    manager.cancel(job_id)
    status = ended(manager, job_id)
    assert (status.state, status.error) == ("cancelled", None)
    until(lambda: gone(child) and gone(pid))
    runs(manager)


@pytest.mark.parametrize("name", ["short", "short_rude"])
def test_the_deadline_ends_a_job(manager: JobManager, name: str) -> None:
    job_id = manager.submit(name, Probe(), session="s")
    assert failure(ended(manager, job_id)) == ("deadline_passed", {"seconds": 0})
    runs(manager)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("SIGKILL", "SIGKILL"),
        ("SIGSEGV", "SIGSEGV"),
        ("segfault", "SIGSEGV"),
        ("SIGABRT", "SIGABRT"),
        ("SIGSTOP", "SIGSTOP"),
        ("exit", "exit 7"),
    ],
)
def test_a_worker_that_dies_says_why_and_is_replaced(
    manager: JobManager, how: str, said: str
) -> None:
    job_id = manager.submit("dies", Probe(text=how), session="s")
    assert failure(ended(manager, job_id)) == ("worker_died", {"signal": said})
    assert manager.events(job_id)[-1].detail == {"code": "worker_died", "values": {"signal": said}}
    runs(manager)


def test_a_worker_killed_while_idle_is_replaced(manager: JobManager) -> None:
    first = manager.submit("echo", Probe(), session="s")
    ended(manager, first)
    os.kill(detail(manager, first, "pid"), signal.SIGKILL)
    runs(manager)


def test_a_worker_suspended_while_idle_is_replaced(manager: JobManager) -> None:
    first = manager.submit("echo", Probe(), session="s")
    ended(manager, first)
    pid = detail(manager, first, "pid")
    os.kill(pid, signal.SIGSTOP)
    until(lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    runs(manager)
    until(lambda: gone(pid))


def test_exceptions_become_codes_and_the_traceback_stays_in_the_log(
    manager: JobManager, tmp_path: Path
) -> None:
    said = {}
    for how in ("lab", "memory", "torch", "unplain", "other"):
        job_id = manager.submit("raises", Probe(text=how), session="s")
        said[how] = failure(ended(manager, job_id))
    out_of_range = {"name": "steps", "value": 9, "low": 0, "high": 3}
    assert said == {
        "lab": ("out_of_range", out_of_range),
        "memory": ("memory_exhausted", {}),
        "torch": ("memory_exhausted", {}),
        "unplain": ("worker_error", {"kind": "TypeError"}),
        "other": ("worker_error", {"kind": "ZeroDivisionError"}),
    }
    log = (tmp_path / "logs" / "worker-interactive.log").read_text()
    assert "ZeroDivisionError: secret detail" in log
    missing = manager.submit("missing", Probe(), session="s")
    assert failure(ended(manager, missing))[0] == "worker_error"
    runs(manager)


def test_prints_do_not_break_the_protocol(manager: JobManager, tmp_path: Path) -> None:
    job_id = manager.submit("prints", Probe(), session="s")
    assert ended(manager, job_id).state == "done"
    assert [e.stage for e in manager.events(job_id)] == ["started", "result", "finished"]
    assert manager.events(job_id)[1].detail == {"read": ""}
    log = (tmp_path / "logs" / "worker-interactive.log").read_text()
    assert "from a child" in log and "through the original stdout" in log
