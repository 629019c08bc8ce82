"""Jobs that are listed, read again and deleted; settings that are removed."""

from pathlib import Path

from lesson_core.schema.events import Event
from tests.store.test_database import opened, record


def test_finished_jobs_come_newest_first_and_only_with_a_result(tmp_path: Path) -> None:
    store = opened(tmp_path)
    for n, state in enumerate(("done", "failed", "done", "cancelled")):
        store.jobs.save(record(id=f"j{n}", state=state, created_at=f"2026-11-23T04:0{n}:00+00:00"))
    store.jobs.save(record(id="other", name="kv_cache", state="done"))
    assert [job.id for job in store.jobs.finished(["token_clock"])] == ["j2", "j0"]
    both = ["token_clock", "kv_cache"]
    assert {job.id for job in store.jobs.finished(both)} == {"j2", "j0", "other"}
    assert [job.id for job in store.jobs.finished(both, limit=1, offset=1)] != ["j2"]
    assert store.jobs.finished([]) == []


def test_the_result_of_a_job_is_its_last_one(tmp_path: Path) -> None:
    store = opened(tmp_path)
    said = [
        Event(stage="progress"),
        Event(stage="result", detail={"a": 1}),
        Event(stage="finished"),
    ]
    store.jobs.save(record(state="done"), said)
    assert store.jobs.result("j1") == {"a": 1}
    assert store.jobs.result("nobody") is None


def test_a_deleted_job_leaves_nothing_behind(tmp_path: Path) -> None:
    store = opened(tmp_path)
    for name in ("j1", "j2"):
        store.jobs.save(record(id=name, state="done"), [Event(stage="result")])
    store.jobs.delete("j1")
    store.jobs.delete("nobody")
    assert store.jobs.load("j1") is None
    assert store.jobs.events("j1") == []
    assert len(store.jobs.events("j2")) == 1


def test_a_removed_setting_is_gone(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.settings.set("a", 1)
    store.settings.remove("a")
    store.settings.remove("a")
    assert store.settings.get("a") is None
