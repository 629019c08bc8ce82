"""Real worker processes: what a page sees, whatever happens to them."""

from pathlib import Path

import pytest

from lesson_core.compute.jobs import JobManager
from lesson_core.errors import LabError
from lesson_core.schema.specs import FetchModel
from lesson_core.store.database import Store
from tests.compute.conftest import REGISTRY, detail, ended, failure, gone, runs, until
from tests.compute.probes import Probe


def test_events_arrive_in_order_and_by_index(manager: JobManager) -> None:
    job_id = manager.submit("echo", Probe(text="你\udcff\x00", steps=4), session="s")
    status = ended(manager, job_id)
    assert (status.state, status.spec.steps, status.position) == ("done", 4, 0)
    events = manager.events(job_id)
    assert [e.stage for e in events] == ["started", *["sample"] * 4, "result", "finished"]
    assert [e.step for e in events[1:5]] == [0, 1, 2, 3]
    assert events[1].text == "你\udcff\x00"
    assert manager.events(job_id, after=5) == events[5:]
    assert manager.events(job_id, after=99) == []


def test_events_can_be_read_while_it_runs(manager: JobManager) -> None:
    job_id = manager.submit("polite", Probe(), session="s")
    assert detail(manager, job_id, "pid") > 0
    status = manager.status(job_id)
    assert status is not None and status.state == "running"
    manager.cancel(job_id)
    assert ended(manager, job_id).state == "cancelled"


def test_the_warm_worker_is_kept_and_a_measured_one_is_fresh(manager: JobManager) -> None:
    pids = {}
    for name in ("echo", "measured", "background"):
        jobs = [manager.submit(name, Probe(), session=str(i)) for i in range(2)]
        pids[name] = [detail(manager, job_id, "pid") for job_id in jobs]
    assert pids["echo"][0] == pids["echo"][1]
    everyone = [*pids["echo"][:1], *pids["measured"], *pids["background"]]
    assert len(set(everyone)) == 5


def test_a_waiting_job_can_be_cancelled(manager: JobManager) -> None:
    first = manager.submit("polite", Probe(), session="s")
    second = manager.submit("echo", Probe(), session="s")
    manager.cancel(second)
    assert ended(manager, second).state == "cancelled"
    assert [e.stage for e in manager.events(second)] == ["cancelled"]
    manager.cancel(first)
    manager.cancel(first)
    manager.cancel("no such job")
    assert ended(manager, first).state == "cancelled"


def test_interactive_jobs_wait_while_one_is_measured(manager: JobManager) -> None:
    measured = manager.submit("measured_polite", Probe(), session="m")
    detail(manager, measured, "pid")
    waiting = [manager.submit("echo", Probe(), session=s) for s in ("a", "b")]
    background = manager.submit("background", Probe(), session="a")
    assert ended(manager, background).state == "done", "downloads do not wait"
    looks = [manager.status(job_id) for job_id in waiting]
    assert [(look.state, look.position) for look in looks if look] == [("queued", 1), ("queued", 2)]
    manager.cancel(measured)
    assert [ended(manager, job_id).state for job_id in waiting] == ["done", "done"]


def test_sessions_have_limits_of_their_own(manager: JobManager) -> None:
    first = manager.submit("polite", Probe(), session="a")
    detail(manager, first, "pid")
    manager.submit("echo", Probe(), session="a")
    with pytest.raises(LabError, match="session_busy"):
        manager.submit("echo", Probe(), session="a")
    other = manager.submit("echo", Probe(), session="b")
    look = manager.status(other)
    assert look is not None and look.position == 1, "b takes its turn before a's second"
    manager.cancel(first)
    assert ended(manager, other).state == "done"


def test_the_line_is_bounded(tmp_path: Path) -> None:
    manager = JobManager(registry=REGISTRY, limit=2)
    try:
        first = manager.submit("polite", Probe(), session="a")
        detail(manager, first, "pid")
        for session in ("b", "c"):
            manager.submit("echo", Probe(), session=session)
        with pytest.raises(LabError, match="queue_full"):
            manager.submit("echo", Probe(), session="d")
    finally:
        manager.shutdown()


def test_what_is_not_on_the_list_does_not_run(manager: JobManager) -> None:
    with pytest.raises(LabError, match="job_unknown"):
        manager.submit("os:system", Probe(), session="s")
    with pytest.raises(TypeError):
        manager.submit("echo", FetchModel(artefact="x"), session="s")
    assert manager.status("no such job") is None
    assert manager.events("no such job") == []


def test_a_second_server_reads_a_finished_job(
    manager: JobManager, store: Store, tmp_path: Path
) -> None:
    jobs = [
        manager.submit("echo", Probe(text="kept", steps=5), session="s"),
        manager.submit("raises", Probe(text="lab"), session="s"),
    ]
    statuses = [ended(manager, job_id) for job_id in jobs]
    events = [manager.events(job_id) for job_id in jobs]
    manager.shutdown()
    other = JobManager(registry=REGISTRY, store=store, home=tmp_path)
    try:
        until(lambda: all((s := other.status(j)) is not None and s.ended for j in jobs))
        assert [other.status(job_id) for job_id in jobs] == statuses
        assert [other.events(job_id) for job_id in jobs] == events
        assert other.events(jobs[0], after=4) == events[0][4:]
    finally:
        other.shutdown()


def test_two_servers_do_not_measure_at_the_same_time(manager: JobManager, tmp_path: Path) -> None:
    other = JobManager(registry=REGISTRY, home=tmp_path)
    try:
        measured = manager.submit("measured_polite", Probe(), session="s")
        detail(manager, measured, "pid")
        waiting = other.submit("measured", Probe(), session="s")
        too = other.submit("echo", Probe(), session="t")
        looks = [other.status(waiting), other.status(too)]
        assert [look.state for look in looks if look] == ["queued", "queued"]
        assert all(look.position >= 1 for look in looks if look)
        manager.cancel(measured)
        assert ended(other, waiting).state == "done"
        assert ended(other, too).state == "done"
    finally:
        other.shutdown()


def test_closing_ends_running_and_waiting_jobs(manager: JobManager) -> None:
    running = manager.submit("rude", Probe(), session="a")
    waiting = manager.submit("echo", Probe(), session="b")
    child, pid = detail(manager, running, "child"), detail(manager, running, "pid")
    manager.shutdown()
    for job_id in (running, waiting):
        assert failure(ended(manager, job_id)) == ("server_stopped", {})
    until(lambda: gone(child) and gone(pid))
    with pytest.raises(LabError, match="server_stopped"):
        manager.submit("echo", Probe(), session="a")


def test_a_store_that_cannot_be_written_does_not_stop_jobs(
    manager: JobManager, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise LabError("store_unwritable", reason="disk full")

    with monkeypatch.context() as patch:
        patch.setattr(store.jobs, "save", full)
        job_id = manager.submit("echo", Probe(), session="s")
        assert ended(manager, job_id).state == "done"
        until(lambda: manager.store_problem)
    runs(manager)
    until(lambda: manager.store_problem is None)


def test_memory_is_bounded_and_old_jobs_come_from_the_store(
    manager: JobManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lesson_core.compute.jobs.KEEP_JOBS", 2)
    jobs = [manager.submit("echo", Probe(steps=n), session="s") for n in range(1)]
    for n in range(1, 6):
        ended(manager, jobs[-1])
        jobs.append(manager.submit("echo", Probe(steps=n), session="s"))
    ended(manager, jobs[-1])
    until(lambda: len(manager._jobs) <= 2)
    assert [len(manager.events(job_id)) for job_id in jobs] == [3 + n for n in range(6)]


def test_a_store_that_cannot_be_read_makes_old_jobs_unknown(
    manager: JobManager, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise LabError("store_unreadable", reason="disk error")

    with monkeypatch.context() as patch:
        patch.setattr(store.jobs, "load", broken)
        patch.setattr(store.jobs, "events", broken)
        assert manager.status("an old one") is None
        assert manager.events("an old one") == []
        assert manager.store_problem is not None
    assert manager.status("an old one") is None
    assert manager.store_problem is None
