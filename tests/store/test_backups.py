"""Copies are whole, checked, thinned out, and can be put back."""

import asyncio
import os
import random
import sqlite3
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lesson_core.errors import LabError
from lesson_core.schema.answers import Answer
from lesson_core.store import backups
from lesson_core.store.backups import ALL_OF, DAILY, MONTHLY, WEEKLY, Backups, worth_keeping
from lesson_core.store.database import Store, sqlite_url

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


def opened(folder: Path) -> Store:
    return Store.open(sqlite_url(folder / "lab.sqlite"))


def say(store: Store, value: object) -> None:
    store.answers.append(
        Answer(uuid=str(uuid.uuid4()), learner="me", page="p", kind="answer", key="k",
               value=value, created_at="now")
    )  # fmt: skip


def values(store: Store) -> list[object]:
    return [one.value for one in store.answers.all(learner="me")]


def test_only_what_changed_is_copied(tmp_path: Path) -> None:
    store = opened(tmp_path)
    copies = store.backups
    assert copies is not None
    say(store, 1)
    first = copies.take(NOW)
    assert first is not None and copies.take(NOW + HALF_HOUR) is None
    say(store, 2)
    second = copies.take(NOW + 2 * HALF_HOUR)
    assert copies.all() == [first, second]
    assert [path.name for path in copies.folder.iterdir() if path not in (first, second)] == []
    store.close()


def test_a_copy_taken_while_the_lab_writes_is_whole(tmp_path: Path) -> None:
    store = opened(tmp_path)
    for n in range(50):
        say(store, n)
    assert store.backups is not None
    copy = store.backups.take(NOW)
    say(store, "later")  # the write-ahead log of the open file is not empty
    assert copy is not None
    again = Store.open(sqlite_url(copy))
    assert values(again) == list(range(50))
    again.close()
    store.close()


def test_drafts_of_a_killed_process_are_cleared_away(tmp_path: Path) -> None:
    store = opened(tmp_path)
    copies = store.backups
    assert copies is not None
    copies.folder.mkdir()
    for name, age_s in (("old.part", 7200), ("old.part-journal", 7200), ("young.part", 60)):
        draft = copies.folder / f"lab-{name}"
        draft.write_bytes(b"half")
        os.utime(draft, (NOW.timestamp() - age_s,) * 2)
    copy = copies.take(NOW)
    assert copy is not None
    assert {path.name for path in copies.folder.iterdir()} == {copy.name, "lab-young.part"}
    store.close()


def test_restore_drill(tmp_path: Path) -> None:
    store = opened(tmp_path)
    say(store, "kept")
    assert store.backups is not None
    copy = store.backups.take(NOW)
    store.close()
    assert copy is not None
    (tmp_path / "lab.sqlite").write_bytes(b"wrecked" * 999)
    with pytest.raises(LabError, match="store_unreadable"):
        opened(tmp_path)
    Backups(tmp_path / "lab.sqlite").restore(copy.name, NOW + HALF_HOUR)
    again = opened(tmp_path)
    assert values(again) == ["kept"]
    again.close()


def test_restoring_keeps_what_was_there_as_a_copy(tmp_path: Path) -> None:
    store = opened(tmp_path)
    say(store, "old")
    copies = store.backups
    assert copies is not None
    old = copies.take(NOW)
    say(store, "new")
    store.close()
    assert old is not None
    copies.restore(old.name, NOW + HALF_HOUR)
    copies.restore(copies.all()[-1].name, NOW + 2 * HALF_HOUR)
    again = opened(tmp_path)
    assert values(again) == ["old", "new"]
    again.close()


@pytest.mark.parametrize("name", ["../lab.sqlite", "lab-20200101T000000Z.sqlite", "", "x"])
def test_only_a_copy_can_be_restored(name: str, tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.close()
    with pytest.raises(LabError, match="backup_unknown"):
        Backups(tmp_path / "lab.sqlite").restore(name, NOW)


def test_a_damaged_file_makes_no_copy(tmp_path: Path) -> None:
    store = opened(tmp_path)
    for n in range(400):
        say(store, f"{n}" * 100)
    store.close()
    file = tmp_path / "lab.sqlite"
    with sqlite3.connect(file) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    content = bytearray(file.read_bytes())
    content[4096:12288] = random.Random(1).randbytes(8192)
    file.write_bytes(content)
    copies = Backups(file)
    with pytest.raises(LabError, match="backup_failed"):
        copies.take(NOW)
    assert copies.all() == [] and list(copies.folder.iterdir()) == []


def test_what_is_kept_of_two_years_of_half_hours() -> None:
    times = [NOW - n * HALF_HOUR for n in range(2 * 365 * 48)]
    kept = worth_keeping(times, NOW)
    assert {time for time in times if NOW - time <= ALL_OF} <= kept
    older = sorted((time for time in kept if NOW - time > ALL_OF), reverse=True)
    assert len({time.date() for time in older}) <= DAILY + WEEKLY + MONTHLY
    assert (older[-1].year, older[-1].month) == (2026, 11 - (MONTHLY - 1))
    days = {time.date() for time in kept}
    assert all((NOW - timedelta(days=n)).date() in days for n in range(DAILY))


def test_thinning_once_or_at_every_step_keeps_enough() -> None:
    kept: set[datetime] = set()
    for n in range(120):  # one copy a day, thinned out each time
        now = NOW + timedelta(days=n)
        kept = worth_keeping(kept | {now}, now)
    last = NOW + timedelta(days=119)
    assert len(kept) <= 2 + DAILY + WEEKLY + MONTHLY
    assert min(kept) < last - timedelta(days=80)
    assert worth_keeping(kept, last) == kept


def test_an_empty_past_needs_nothing() -> None:
    assert worth_keeping([], NOW) == set()


def test_the_server_takes_copies_and_outlives_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = opened(tmp_path)
    say(store, 1)
    copies = store.backups
    assert copies is not None
    monkeypatch.setattr(backups, "EVERY_S", 0.01)
    copies.folder.write_text("")  # a file where the folder should be

    async def serve() -> None:
        copying = asyncio.create_task(backups.keep_taking(copies))
        while "no copy of the database" not in caplog.text:
            await asyncio.sleep(0.01)
        copies.folder.unlink()
        while not copies.all():
            await asyncio.sleep(0.01)
        copying.cancel()

    asyncio.run(asyncio.wait_for(serve(), timeout=30))
    store.close()


def test_a_database_on_a_server_is_not_copied() -> None:
    asyncio.run(asyncio.wait_for(backups.keep_taking(None), timeout=5))
    store = Store.open("sqlite://")
    assert store.backups is None
    store.close()
