"""The kill benchmark of the store, on a few kills; and that it finds a store that loses or doubles.

In a process of its own: it forks, which a test process full of threads should not.
The whole number of kills: `python -m lesson_core.bench durability`.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
RUN = "import sys; from lesson_core.bench import durability; sys.exit(durability.main())"

# Long lives of one kind, so that a busy machine gets there too.
ONLY = """
from lesson_core.bench import durability
durability.KINDS = {{"{0}": (*durability.KINDS["{0}"][:1], 2.0, 1)}}
"""
EARLY = (
    ONLY.format("answering")
    + """
import time
from lesson_core.bench import durability_writer as writer
def keep(store, number, tell):
    tell(f"b {number}")
    tell(f"a {number}")
    time.sleep(0.2)
    store.answers.append(writer.said(number))
writer._keep = keep
"""
)
NEW_IDS = (
    ONLY.format("answering")
    + """
import dataclasses, uuid
from lesson_core.store.answers import Answers
append = Answers.append
def again(self, said):
    for _ in range(2):
        append(self, dataclasses.replace(said, uuid=str(uuid.uuid4())))
Answers.append = again
"""
)
HALF_A_COPY = (
    ONLY.format("copying")
    + """
from lesson_core.store import backups
def torn(source, target):
    target.write_bytes(source.read_bytes())  # without what is still in the write-ahead log
backups._copy = torn
"""
)
LAX = """
import sqlalchemy as sa
from lesson_core.store import engine
def connect(url):
    made = sa.create_engine(url)
    sa.event.listen(made, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=NORMAL"))
    return made
from lesson_core.bench import durability
durability.connect = connect
"""


def bench(before: str = "", *, kills: int) -> tuple[int, dict[str, Any]]:
    """Exit code and report, with some of the program replaced by `before`."""
    command = [sys.executable, "-c", before + RUN, "--kills", str(kills)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout.splitlines()[-1])


def test_what_was_acknowledged_outlives_kills() -> None:
    code, report = bench(kills=30)
    assert code == 0 and report["kills"] == 30 and report["acknowledged"] > 0
    assert [report[name] for name in ("lost", "doubled", "altered", "integrity_failures")] == [
        0
    ] * 4
    assert (report["journal_mode"], report["synchronous"]) == ("wal", 2)
    assert sum(report["by_kind"].values()) == 30


@pytest.mark.parametrize(
    ("broken", "found"),
    [(EARLY, "lost"), (NEW_IDS, "doubled"), (HALF_A_COPY, "copies_bad")],
    ids=["acknowledged before it is kept", "an id per attempt", "a copy without the log"],
)
def test_a_broken_store_is_found(broken: str, found: str) -> None:
    code, report = bench(broken, kills=6)
    assert code == 1 and report[found] > 0


def test_lax_settings_are_found() -> None:
    code, report = bench(LAX, kills=1)
    assert code == 1 and report["synchronous"] == 1


def test_a_writer_that_ends_by_itself_is_no_kill() -> None:
    command = [
        sys.executable,
        "-c",
        """
from pathlib import Path
from lesson_core.bench import durability
durability.killed(lambda file, numbers, tell: None, Path("x"), iter([]), 0.3)
""",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "ended by itself" in done.stderr
