"""The store keeps what it was given, and touches nothing it does not understand.

What a killed process leaves behind: tests/bench/test_durability.py.
"""

import hashlib
import json
import resource
import signal
import sqlite3
import threading
import uuid
from pathlib import Path

import pytest

from lesson_core.errors import LabError
from lesson_core.schema.answers import Answer
from lesson_core.schema.card import BandwidthPoint, Card, Rate
from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobRecord
from lesson_core.schema.results import Environment
from lesson_core.store.database import Store, sqlite_url
from lesson_core.store.tables import SCHEMA_VERSION


def opened(folder: Path) -> Store:
    return Store.open(sqlite_url(folder / "lab 实验室.sqlite"))


def answer(**changes: object) -> Answer:
    values: dict[str, object] = {
        "uuid": str(uuid.uuid4()),
        "learner": "me",
        "page": "home",
        "kind": "guess",
        "key": "tpot",
        "value": {"ms": 26.5},
        "created_at": "2026-11-23T04:00:00+00:00",
        "confidence": 0.7,
    }
    return Answer(**(values | changes))  # type: ignore[arg-type]


def record(**changes: object) -> JobRecord:
    values: dict[str, object] = {
        "id": "j1",
        "name": "token_clock",
        "session": "s",
        "spec": {"prompt": "你好\udcff\x00"},
        "state": "running",
        "created_at": "2026-11-23T04:00:00+00:00",
        "owner": "host:1:2",
    }
    return JobRecord(**(values | changes))  # type: ignore[arg-type]


def test_the_file_is_set_up_for_durability(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with store._database.read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    store.close()
    assert pragmas == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000
    }  # fmt: skip


def test_a_job_grows_and_is_read_back_after_reopening(tmp_path: Path) -> None:
    store = opened(tmp_path)
    events = [Event(stage="sample", step=n, text="半\udcff", shape=(1, n)) for n in range(5)]
    store.jobs.save(record(), events[:2])
    store.jobs.save(record(), events[2:4], first=2)
    last = record(state="failed", seconds=1.5, error={"code": "x", "values": {"n": 1}})
    store.jobs.save(last, events[4:], first=4)
    store.close()
    again = opened(tmp_path)
    assert again.jobs.load("j1") == last
    assert again.jobs.events("j1") == events
    assert again.jobs.events("j1", after=3) == events[3:]
    assert again.jobs.load("nobody") is None and again.jobs.events("nobody") == []
    again.close()


def test_a_batch_is_saved_whole_or_not_at_all(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.jobs.save(record(), [Event(stage="started")])
    with pytest.raises(TypeError):
        store.jobs.save(
            record(state="done"), [Event(stage="data", detail={"x": object()})], first=1
        )
    found = store.jobs.load("j1")
    assert found is not None and found.state == "running"
    assert len(store.jobs.events("j1")) == 1
    store.close()


def test_answers_are_appended_once_and_never_changed(tmp_path: Path) -> None:
    store = opened(tmp_path)
    first, second = answer(value=1), answer(value=[2, "二"], confidence=None)
    assert store.answers.append(first)
    assert not store.answers.append(answer(uuid=first.uuid, value="retry"))
    assert store.answers.append(second)
    store.answers.append(answer(learner="you"))
    store.answers.append(answer(page="machine"))
    where = {"learner": "me", "page": "home", "kind": "guess", "key": "tpot"}
    assert store.answers.latest(**where) == second
    assert store.answers.all(learner="me", page="home") == [first, second]
    assert len(store.answers.all(learner="me")) == 3
    assert store.answers.latest(**(where | {"key": "other"})) is None
    store.close()


def test_settings_keep_plain_values_per_learner(tmp_path: Path) -> None:
    store = opened(tmp_path)
    assert store.settings.get("lang", "en") == "en"
    store.settings.set("lang", "zh")
    store.settings.set("lang", None, learner="me")
    store.settings.set("threads", {"n": [1, 2]})
    store.settings.set("threads", 4)
    assert store.settings.get("lang") == "zh"
    assert store.settings.get("lang", "en", learner="me") is None
    assert store.settings.get("threads") == 4
    store.close()


def test_the_newest_card_that_fits(tmp_path: Path) -> None:
    def card(threads: int, scope: str, dispatch_s: float) -> Card:
        environment = Environment(
            machine_id="m", cpu="c", cores=2, threads=threads, memory_bytes=1, device="cpu",
            device_name="c", precision="fp32", versions={"torch": "2"}, started_at="now",
        )  # fmt: skip
        return Card(
            environment=environment,
            scope=scope,  # type: ignore[arg-type]
            bandwidth=(BandwidthPoint(bytes=8, rate=Rate(per_s=1.0, samples=(1.0,))),),
            flops={"fp32": Rate(per_s=2.0, samples=(2.0, 3.0))},
            dispatch_s=dispatch_s,
        )

    store = opened(tmp_path)
    cards = [card(2, "quick", 1e-6), card(1, "quick", 2e-6), card(2, "thorough", 3e-6)]
    for one in cards:
        store.cards.append(one)
    assert store.cards.latest(machine_id="m") == cards[2]
    assert store.cards.latest(machine_id="m", device="cpu", threads=1) == cards[1]
    assert store.cards.latest(threads=2, scope="quick") == cards[0]
    assert store.cards.latest(machine_id="other") is None
    store.close()


def test_a_newer_database_is_refused_untouched(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.answers.append(answer())
    store.close()
    file = tmp_path / "lab 实验室.sqlite"
    with sqlite3.connect(file) as raw:
        raw.execute("UPDATE schema_version SET version = 99")
    raw.close()
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    with pytest.raises(LabError) as refused:
        opened(tmp_path)
    assert (refused.value.code, refused.value.values) == (
        "store_newer", {"found": 99, "supported": SCHEMA_VERSION},
    )  # fmt: skip
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before
    store, problem = Store.open_or_none(sqlite_url(file))
    assert store is None and problem is not None and problem.code == "store_newer"


@pytest.mark.parametrize("content", [b"this is not a database" * 100, b"SQLite format 3\0" + b"x"])
def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "lab 实验室.sqlite"
    file.write_bytes(content)
    with pytest.raises(LabError, match="store_unreadable"):
        opened(tmp_path)
    assert file.read_bytes() == content


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A folder below a file can never be made, not even by root.
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LAB_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.delenv("LAB_DATABASE_URL", raising=False)
    with pytest.raises(LabError, match="store_unwritable"):
        Store.open()
    with pytest.raises(LabError, match="store_unreadable"):
        Store.open(sqlite_url(tmp_path / "nowhere" / "lab.sqlite"))
    with pytest.raises(LabError, match="store_url"):
        Store.open("no such thing")


def test_a_read_only_file_can_be_read_but_says_why_it_cannot_be_written(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.answers.append(answer())
    store.close()
    url = f"sqlite:///file:{tmp_path / 'lab 实验室.sqlite'}?mode=ro&uri=true"
    read_only = Store.open(url)
    assert len(read_only.answers.all(learner="me")) == 1
    with pytest.raises(LabError, match="store_unwritable") as refused:
        read_only.answers.append(answer())
    assert "readonly" in str(refused.value.values["reason"])
    read_only.close()


def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    store = opened(tmp_path)
    kept = []
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
        with pytest.raises(LabError, match="store_unwritable"):
            for _ in range(1000):
                one = answer(value="x" * 2000)
                store.answers.append(one)
                kept.append(one.uuid)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)
    assert kept
    assert [a.uuid for a in store.answers.all(learner="me")] == kept
    store.answers.append(answer())
    store.close()


def test_threads_and_a_second_server_write_side_by_side(tmp_path: Path) -> None:
    stores = [opened(tmp_path), opened(tmp_path)]

    def write(store: Store) -> None:
        for _ in range(20):
            store.answers.append(answer())

    threads = [threading.Thread(target=write, args=(store,)) for store in stores * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stores[0].answers.all(learner="me")) == 80
    for store in stores:
        store.close()


def test_json_in_the_file_is_plain_ascii(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.jobs.save(record())
    store.close()
    raw = sqlite3.connect(tmp_path / "lab 实验室.sqlite")
    (spec,) = raw.execute("SELECT spec FROM jobs").fetchone()
    raw.close()
    assert spec.isascii() and json.loads(spec) == record().spec
