"""Kill a process that is answering, at random moments, again and again: is anything lost?

Each round forks a process that answers through the real store, lets it live for a random time and
sends SIGKILL. Then the file is opened again as the lab opens it, SQLite checks it, and every answer
is compared with what was acknowledged through a pipe. The next process first sends again what was
begun and never acknowledged, with the id that its maker gave it. In some rounds the process also
takes copies, opens and closes the file all the time, or finds a database of version 1 to bring up.

A kill cannot test a power cut: for that the file's settings are read (write-ahead log, every
commit waits for the disk).
"""

import argparse
import contextlib
import itertools
import json
import os
import random
import signal
import sqlite3
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lesson_core import clock
from lesson_core.bench import durability_writer as writer
from lesson_core.store.backups import Backups
from lesson_core.store.database import FILE, Store, sqlite_url
from lesson_core.store.engine import Database, connect
from lesson_core.store.tables import SCHEMA_VERSION

KINDS: dict[str, tuple[writer.Write, float, int]] = {
    "answering": (writer.answer, 0.25, 12),
    "reopening": (writer.reopen, 0.25, 3),
    "copying": (writer.copy, 0.25, 3),
    "migrating": (writer.answer, 0.40, 2),
}
"""What is done, the longest life in seconds, and how often among 20."""

PRAGMAS = {"journal_mode": "wal", "synchronous": 2}  # 2 is FULL
PER_FILE = 100  # rounds until a new database is begun


@dataclass
class Ledger:
    """What was told about one database, and what was found in it."""

    begun: set[int] = field(default_factory=set)
    acknowledged: set[int] = field(default_factory=set)
    seen: Counter[str] = field(default_factory=Counter)

    @property
    def unanswered(self) -> list[int]:
        return sorted(self.begun - self.acknowledged)

    @property
    def following(self) -> int:
        return max(self.begun, default=-1) + 1


@dataclass
class Count:
    """Over all rounds of one kind. All below `acknowledged` must stay 0."""

    kills: int = 0
    before_opening: int = 0  # landed while the file was opened, created or brought up
    while_keeping: int = 0  # landed between an answer's begin and its acknowledgement
    copies: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    altered: int = 0
    integrity_failures: int = 0
    copies_bad: int = 0

    @property
    def bad(self) -> int:
        return self.lost + self.doubled + self.altered + self.integrity_failures + self.copies_bad


def main() -> int:
    """Print a table and, last, one line of JSON; 1 if anything was lost or broken."""
    parser = argparse.ArgumentParser(prog="python -m lesson_core.bench durability")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    start = clock.now()
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        counts, pragmas = rounds(Path(folder), asked.kills, random.Random(asked.seed))
    report = _report(counts, pragmas) | {"seed": asked.seed, "took_s": round(clock.now() - start)}
    _print_table(counts)
    print(json.dumps(report))
    whole = report["kills"] == asked.kills and pragmas == PRAGMAS
    return 0 if whole and not any(count.bad for count in counts.values()) else 1


def rounds(
    folder: Path, kills: int, draw: random.Random
) -> tuple[dict[str, Count], dict[str, Any]]:
    """All of them; also the settings of the last file."""
    counts = {kind: Count() for kind in KINDS}
    weights = [share for _, _, share in KINDS.values()]
    for number in range(kills):
        if number % PER_FILE == 0:
            file, ledger = folder / str(number) / FILE, Ledger()
            file.parent.mkdir()
        kind = draw.choices([*KINDS], weights)[0]
        _round(kind, file, ledger, counts[kind], draw)
    return counts, _pragmas(file)


def _round(kind: str, file: Path, ledger: Ledger, count: Count, draw: random.Random) -> None:
    write, longest_s, _ = KINDS[kind]
    if kind == "migrating":
        _put_back(file)
    numbers = itertools.chain(ledger.unanswered, itertools.count(ledger.following))
    told = killed(write, file, numbers, draw.uniform(0, longest_s))
    begun, acknowledged = _numbers(told, "b"), _numbers(told, "a")
    ledger.begun |= begun
    ledger.acknowledged |= acknowledged
    count.kills += 1
    count.before_opening += "o" not in told
    count.while_keeping += bool(begun - acknowledged)
    count.acknowledged += len(acknowledged)
    _check(file, ledger, count)
    _check_copies(file, ledger, told, count)


def killed(
    write: writer.Write, file: Path, numbers: itertools.chain[int], life_s: float
) -> list[str]:
    """Let a forked process write for so long, then kill it: the lines that it told.

    RuntimeError if it ended by itself. Forked, so that it need not import anything again; no
    connection is open here meanwhile, as SQLite demands.
    """
    ear, mouth = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            write(file, numbers, lambda line: _tell(mouth, line))
        finally:
            traceback.print_exc()  # whatever came: nothing should
            os._exit(1)
    os.close(mouth)
    time.sleep(life_s)
    os.kill(child, signal.SIGKILL)
    with os.fdopen(ear, encoding="ascii") as pipe:
        told = pipe.read().splitlines()
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        raise RuntimeError("the process that answers ended by itself")
    return told


def _tell(mouth: int, line: str) -> None:
    os.write(mouth, f"{line}\n".encode())


def _numbers(told: list[str], event: str) -> set[int]:
    return {int(line.split()[1]) for line in told if line.startswith(f"{event} ")}


def _check(file: Path, ledger: Ledger, count: Count) -> None:
    """Open it as the lab does, then look at every row."""
    store = Store.open(sqlite_url(file))
    with contextlib.closing(sqlite3.connect(file)) as raw:
        sound = raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (version,) = raw.execute("PRAGMA user_version").fetchone()
        rows = raw.execute("SELECT uuid, key, value FROM answers").fetchall()
    store.close()
    count.integrity_failures += not (sound and version == SCHEMA_VERSION)
    found = Counter(int(key) for _, key, _ in rows)
    count.lost += len(ledger.acknowledged - found.keys())
    count.doubled += sum(times > 1 for times in found.values())
    count.altered += sum(not _as_said(*row) or int(row[1]) not in ledger.begun for row in rows)


def _as_said(uuid: str, key: str, value: str) -> bool:
    meant = writer.said(int(key))
    return meant.uuid == uuid and meant.value == json.loads(value)


def _check_copies(file: Path, ledger: Ledger, told: list[str], count: Count) -> None:
    """Every copy that got its name is sound and holds what was acknowledged before it was begun."""
    before = {line.split()[2]: int(line.split()[1]) for line in told if line.startswith("c ")}
    for path in Backups(file).all():
        wanted = {one for one in ledger.acknowledged if one <= before.get(path.name, -1)}
        count.copies += 1
        count.copies_bad += not _holds(path, wanted)
        path.unlink()


def _holds(path: Path, wanted: set[int]) -> bool:
    try:
        with contextlib.closing(sqlite3.connect(path)) as raw:
            sound = raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            found = {int(key) for (key,) in raw.execute("SELECT key FROM answers")}
    except sqlite3.DatabaseError:
        return False
    return sound and wanted <= found


def _put_back(file: Path) -> None:
    """Make it what version 1 was: the same tables in a file without a name."""
    Store.open(sqlite_url(file)).close()
    with contextlib.closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("UPDATE schema_version SET version = 1")
        raw.execute("PRAGMA application_id = 0")
        raw.execute("PRAGMA user_version = 0")


def _pragmas(file: Path) -> dict[str, Any]:
    """The settings of a connection as the store makes them."""
    engine = connect(sqlite_url(file))
    with Database(engine).read() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}
    engine.dispose()
    return found


def _report(counts: dict[str, Count], pragmas: dict[str, Any]) -> dict[str, Any]:
    rows = [asdict(count) for count in counts.values()]
    sums = {name: sum(row[name] for row in rows) for name in rows[0]}
    return sums | {"by_kind": {kind: count.kills for kind, count in counts.items()}, **pragmas}


def _print_table(counts: dict[str, Count]) -> None:
    print(" " * 20 + "".join(f"{kind:>12}" for kind in counts))
    for name in asdict(Count()):
        row = "".join(f"{getattr(count, name):>12}" for count in counts.values())
        print(f"{name.replace('_', ' '):20}{row}")
