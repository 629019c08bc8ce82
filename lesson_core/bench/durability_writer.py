"""What a process does that will be killed: it answers through the store and says what it got.

It writes one line per event into a pipe: `o` opened, `b 7` number 7 is about to be kept, `a 7` the
store has acknowledged it, `c 7 NAME` a copy NAME is done that was begun after `a 7`. Numbers stand
for whole answers: `said(7)` is the same wherever it is made, so a number that was never
acknowledged can be sent again by the next process, as a browser would.
"""

import random
import threading
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lesson_core.schema.answers import Answer
from lesson_core.store.database import Store, sqlite_url
from lesson_core.store.tables import LEARNER

Tell = Callable[[str], None]
Write = Callable[[Path, Iterable[int], Tell], None]

PAGE, FRESH_OPEN = "kv-cache", 3  # answers until the store is closed and opened again
NAMESPACE = uuid.UUID("6f1f3c2e-3d0a-4f0e-9c65-0d1a54d1c0de")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def said(number: int) -> Answer:
    """Answer number so-and-so: from a few bytes to several pages of the file."""
    length = int(10 ** random.Random(number).uniform(0, 4.3))
    return Answer(
        uuid=str(uuid.uuid5(NAMESPACE, str(number))), learner=LEARNER, page=PAGE, kind="answer",
        key=str(number), value={"text": "x" * length}, created_at=NOON.isoformat(),
    )  # fmt: skip


def answer(file: Path, numbers: Iterable[int], tell: Tell) -> None:
    """One after the other."""
    store = _opened(file, tell)
    for number in numbers:
        _keep(store, number, tell)


def reopen(file: Path, numbers: Iterable[int], tell: Tell) -> None:
    """The same in a lab that is stopped and started all the time."""
    store = _opened(file, tell)
    for count, number in enumerate(numbers, start=1):
        _keep(store, number, tell)
        if count % FRESH_OPEN == 0:
            store.close()
            store = _opened(file, tell)


def copy(file: Path, numbers: Iterable[int], tell: Tell) -> None:
    """The same while copies are taken, one after the other."""
    store = _opened(file, tell)
    last = [-1]  # the number acknowledged last

    def take() -> None:
        assert store.backups is not None
        name = ""
        for hour in range(10**6):
            before = last[0]
            path = store.backups.take(NOON + timedelta(hours=hour))
            name = path.name if path else name  # None: the last copy holds all there is
            tell(f"c {before} {name}")

    threading.Thread(target=take, daemon=True).start()
    for number in numbers:
        _keep(store, number, tell)
        last[0] = number


def _opened(file: Path, tell: Tell) -> Store:
    store = Store.open(sqlite_url(file))
    tell("o")
    return store


def _keep(store: Store, number: int, tell: Tell) -> None:
    tell(f"b {number}")
    store.answers.append(said(number))
    tell(f"a {number}")
