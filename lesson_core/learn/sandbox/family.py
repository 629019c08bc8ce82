"""All processes below this one: what they use together, and their end."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lesson_core import clock
from lesson_core.learn.sandbox import kernel

PAGE = os.sysconf("SC_PAGE_SIZE")
PATIENCE_S = 0.002


@dataclass(frozen=True)
class Use:
    """What a family of processes holds at one moment."""

    processes: int  # with threads
    memory_bytes: int


def descendants() -> list[int]:
    """Ids of all processes below this one, parents first."""
    if not kernel.LINUX:
        import psutil  # its import takes as long as the whole keeper needs to start

        return [child.pid for child in psutil.Process().children(recursive=True)]
    found, new = [], list(_children(os.getpid()))
    while new:
        found += new
        new = [child for pid in new for child in _children(pid)]
    return found


def _children(pid: int) -> Iterator[int]:
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                text = (thread / "children").read_text()
                yield from map(int, text.split())


def use(cap_bytes: int) -> Use:
    """Processes and memory of all descendants.

    Resident memory counts a shared page once per process. It is cheap and never too small, so the
    exact share of each process is read only when the cheap sum exceeds `cap_bytes`.
    """
    pids = descendants()
    if not kernel.LINUX:
        return _portable(pids)
    cheap = sum(_resident(pid) for pid in pids)
    memory = cheap if cheap <= cap_bytes else sum(_share(pid) for pid in pids)
    return Use(sum(_threads(pid) for pid in pids), memory)


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    return 0


def _share(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return _resident(pid)


def _threads(pid: int) -> int:
    with contextlib.suppress(OSError):
        return len(list(Path(f"/proc/{pid}/task").iterdir()))
    return 0


def _portable(pids: list[int]) -> Use:
    import psutil

    processes = memory = 0
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            processes += process.num_threads()
            memory += process.memory_info().rss
    return Use(processes, memory)


def end_all(limit_s: float = 5.0) -> bool:
    """Kill every descendant, those that are born meanwhile too; whether none is left."""
    stop = clock.now() + limit_s
    while clock.now() < stop:
        pids = descendants()
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not _reap() and not pids:
            return True
        time.sleep(PATIENCE_S)
    return not descendants()


def _reap() -> bool:
    """Collect children that have ended; whether any child is left."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True
