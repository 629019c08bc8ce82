"""Start processes that compute together, talk to all of them, and end all of them.

The only place of this package that starts a process. Ranks meet in a file of a folder that is
removed afterwards: no port is fixed, and gloo listens on the loopback device alone. They stay in
the process group of whoever starts them, so that what ends that group ends them too; if only the
starting process dies, their stdin ends and they follow.
"""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from lesson_core import clock
from lesson_core.errors import LabError

ROOT = Path(__file__).parents[2]  # where `lesson_core` can be imported from
LOOPBACK = {"linux": "lo", "darwin": "lo0"}
LOOK_S = 0.2  # how often a wait looks whether it should stop
LAST_WORDS_S = 2.0  # after a failure: time for the rank that caused it to be seen dead
Reply = dict[str, Any]


class Stopped(Exception):
    """Whoever asked for the work no longer wants it; the ranks are gone."""


class Ranks:
    """`count` processes on `device`; a context that leaves none of them behind.

    Raises LabError: "rank_died", "rank_failed", "rank_silent", or what a rank itself raised.
    """

    def __init__(
        self, count: int, *, device: str = "cpu", threads: int = 1,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        self._cancelled = cancelled
        self._heard: queue.SimpleQueue[tuple[int, Reply | None]] = queue.SimpleQueue()
        self._folder = tempfile.TemporaryDirectory(prefix="ranks-")
        self.folder = Path(self._folder.name)
        self._processes: list[subprocess.Popen[str]] = []
        try:
            for rank in range(count):
                self._processes.append(self._start(rank, count, device, threads))
                threading.Thread(target=self._listen, args=(rank,), daemon=True).start()
            self._collect(patience_s=120.0)
        except BaseException:
            self.close()
            raise

    @property
    def pids(self) -> list[int]:
        """Process ids by rank."""
        return [process.pid for process in self._processes]

    def ask(self, do: str, *, patience_s: float = 300.0, **arguments: Any) -> list[Reply]:
        """Let all ranks run one errand of `parallel.work`; their replies by rank."""
        line = json.dumps({"do": do, **arguments}) + "\n"
        for process in self._processes:
            assert process.stdin is not None
            with contextlib.suppress(OSError):  # it died; collecting says so
                process.stdin.write(line)
                process.stdin.flush()
        return self._collect(patience_s)

    def close(self) -> None:
        """End every rank now."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    if pipe is not None:
                        pipe.close()
        self._folder.cleanup()

    def __enter__(self) -> "Ranks":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def _start(self, rank: int, count: int, device: str, threads: int) -> subprocess.Popen[str]:
        backend = "nccl" if device == "cuda" else "gloo"
        module = "lesson_core.parallel.rank"
        options = {"rank": rank, "ranks": count, "meet": self.folder / "meet", "backend": backend,
                   "device": device, "threads": threads}  # fmt: skip
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        environment = {"OMP_NUM_THREADS": str(threads), **os.environ}
        if sys.platform in LOOPBACK:
            environment["GLOO_SOCKET_IFNAME"] = LOOPBACK[sys.platform]
        return subprocess.Popen(
            [sys.executable, "-m", module, *words], cwd=ROOT, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def _listen(self, rank: int) -> None:
        stdout = self._processes[rank].stdout
        assert stdout is not None
        with contextlib.suppress(ValueError, OSError):  # closed under our hands
            for line in stdout:
                self._heard.put((rank, json.loads(line)))
        self._heard.put((rank, None))

    def _collect(self, patience_s: float) -> list[Reply]:
        """One reply per rank; the first failure ends all of them."""
        replies: dict[int, Reply] = {}
        deadline = clock.now() + patience_s
        while len(replies) < len(self._processes):
            if self._cancelled():
                self.close()
                raise Stopped
            if clock.now() > deadline:
                self._end_with(LabError("rank_silent", seconds=round(patience_s)))
            try:
                rank, message = self._heard.get(timeout=LOOK_S)
            except queue.Empty:
                continue
            if message is None:
                self._end_with(self._death(rank))
            elif "error" in message:
                self._end_with(self._blame(message))
            else:
                replies[rank] = message["reply"]
        return [replies[rank] for rank in range(len(self._processes))]

    def _blame(self, message: Reply) -> LabError:
        """What went wrong: a rank's own problem, or that its peer has died under it."""
        deadline = clock.now() + LAST_WORDS_S
        while message["error"] == "rank_failed" and clock.now() < deadline:
            for rank, process in enumerate(self._processes):
                if process.poll() is not None:
                    return self._death(rank)
            with contextlib.suppress(queue.Empty):
                self._heard.get(timeout=LOOK_S)
        return LabError(message["error"], **message["values"])

    def _death(self, rank: int) -> LabError:
        code = self._processes[rank].wait()
        with contextlib.suppress(ValueError):
            if code < 0:
                return LabError("rank_died", rank=rank, cause=signal.Signals(-code).name)
        return LabError("rank_died", rank=rank, cause=f"exit {code}")

    def _end_with(self, problem: LabError) -> None:
        self.close()
        raise problem


def device_for(count: int) -> str:
    """Where `count` ranks can live: a GPU each, or else the CPU."""
    import torch

    return "cuda" if torch.cuda.device_count() >= count else "cpu"
