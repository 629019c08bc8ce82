"""Copies of the database file: taken while the lab runs, checked, thinned out, put back.

A copy is made by SQLite's own backup, checked with `integrity_check`, and only then gets its name.
What changed nothing is not copied again. Kept: every copy of the last day, then the newest of each
of 12 days, 10 weeks and 9 months (the habit of Anki). Postgres has its own tools for this.
"""

import asyncio
import contextlib
import logging
import os
import sqlite3
from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lesson_core.errors import LabError

FOLDER = "backups"
STAMP = "lab-%Y%m%dT%H%M%SZ.sqlite"
EVERY_S = 30 * 60
ALL_OF = timedelta(days=1)
ABANDONED = timedelta(hours=1)  # a draft this old is of a process that was killed
DAILY, WEEKLY, MONTHLY = 12, 10, 9

log = logging.getLogger(__name__)


class Backups:
    """The copies of one database file, in a folder beside it."""

    def __init__(self, file: Path) -> None:
        self.file, self.folder = file, file.parent / FOLDER

    def all(self) -> list[Path]:
        """Every copy, oldest first."""
        return sorted(path for path in self.folder.glob("lab-*.sqlite") if _time(path) is not None)

    def take(self, now: datetime) -> Path | None:
        """Copy what changed since the last copy: its path, or None if nothing did.

        LabError("backup_failed") if it cannot be written or does not pass SQLite's check.
        """
        target = self.folder / now.astimezone(UTC).strftime(STAMP)
        draft = target.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _copy(self.file, draft)
            newest = self.all()[-1:]
            if newest and newest[0].read_bytes() == draft.read_bytes():
                return None
            draft.replace(target)
        except (OSError, sqlite3.Error) as problem:
            raise LabError("backup_failed", reason=str(problem)) from problem
        finally:
            with contextlib.suppress(OSError):
                draft.unlink()
        self._thin_out(now)
        return target

    def restore(self, name: str, now: datetime) -> None:
        """Put a copy back in the place of the database, which is itself copied before.

        The lab must not be running. LabError("backup_unknown"), LabError("backup_failed").
        """
        chosen = self.folder / name
        if chosen not in self.all():
            raise LabError("backup_unknown", name=name)
        if self.file.exists():
            with contextlib.suppress(LabError):  # a broken file is why one restores
                self.take(now)
        draft = self.file.with_suffix(".part")
        try:
            _copy(chosen, draft)
            for ending in ("-wal", "-shm"):  # they belong to the file that goes
                Path(f"{self.file}{ending}").unlink(missing_ok=True)
            draft.replace(self.file)
        except (OSError, sqlite3.Error) as problem:
            raise LabError("backup_failed", reason=str(problem)) from problem

    def _thin_out(self, now: datetime) -> None:
        copies = {time: path for path in self.all() if (time := _time(path)) is not None}
        for time in copies.keys() - worth_keeping(copies, now):
            copies[time].unlink(missing_ok=True)
        for draft in self.folder.glob("lab-*.part*"):
            with contextlib.suppress(OSError):
                if draft.stat().st_mtime < (now - ABANDONED).timestamp():
                    draft.unlink()


async def keep_taking(backups: Backups | None) -> None:
    """A copy now and every half hour, for as long as the server runs; failures are logged."""
    while backups is not None:
        try:
            await asyncio.to_thread(backups.take, datetime.now(UTC))
        except LabError as problem:
            log.warning("no copy of the database: %s", problem)
        await asyncio.sleep(EVERY_S)


def worth_keeping(times: Iterable[datetime], now: datetime) -> set[datetime]:
    """All of the last day; the newest of each of the last 12 days, 10 weeks, 9 months with any."""
    newest_first = sorted(times, reverse=True)
    kept = {time for time in newest_first if now - time <= ALL_OF}
    periods: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
        (DAILY, lambda time: time.date()),
        (WEEKLY, lambda time: time.isocalendar()[:2]),
        (MONTHLY, lambda time: (time.year, time.month)),
    )
    for count, period in periods:
        newest: dict[Hashable, datetime] = {}
        for time in newest_first:
            newest.setdefault(period(time), time)
        kept.update(list(newest.values())[:count])
    return kept


def _copy(source: Path, target: Path) -> None:
    """A whole, checked copy in one file; raises sqlite3.Error if it is not sound."""
    target.unlink(missing_ok=True)
    with (
        contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as a,
        contextlib.closing(sqlite3.connect(target)) as b,
    ):
        a.backup(b)
        b.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        (found,) = b.execute("PRAGMA integrity_check").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(found)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _time(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.name, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
