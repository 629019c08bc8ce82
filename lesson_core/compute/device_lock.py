"""One measured job per machine, also when two servers share it: a lock on a file.

Interactive jobs hold it together with each other, a measured job holds it alone. The system
releases it when its process dies.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

POLL_S = 0.1


@contextmanager
def device_lock(path: Path | None, *, alone: bool, give_up: Callable[[], bool]) -> Iterator[bool]:
    """Wait for the lock; yields False if `give_up()` turned true first.

    Where files cannot be locked (Windows, no data folder) it yields True at once: then only the
    jobs of this server wait for each other.
    """
    if sys.platform == "win32" or path is None:
        yield True
        return
    kind = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError:
        yield True
        return
    with file:
        yield _wait(file.fileno(), kind, give_up)


def _wait(descriptor: int, kind: int, give_up: Callable[[], bool]) -> bool:
    assert sys.platform != "win32"
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if give_up():
                return False
            time.sleep(POLL_S)
