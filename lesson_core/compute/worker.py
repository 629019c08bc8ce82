"""The web process's hold on one worker process: start it, talk to it, notice its end, kill it."""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import psutil

from lesson_core import clock
from lesson_core.compute.protocol import Message, pack, unpack
from lesson_core.errors import LabError

ROOT = Path(__file__).parents[2]  # where `lesson_core` can be imported from
LOG_BYTES = 5_000_000
# Between two operators torch's threads (libgomp) spin for each other. Left to themselves they spin
# so long that a browser on the same cores slows a decode step tenfold; not at all is as bad, on an
# idle machine 40 % slower. This many turns cost nothing measurable there and let the rest breathe.
SPIN = "10000"


class WorkerGone(Exception):
    """The process has ended and everything it said has been read."""


class Worker:
    """A started process. All methods may be called from any thread; `next` from one at a time."""

    def __init__(
        self,
        registry: str,
        lane: str,
        *,
        log: Path | None = None,
        on_exit: Callable[["Worker"], None] | None = None,
    ) -> None:
        self.ready = threading.Event()
        self._ended = threading.Event()
        self._reaped = threading.Event()
        self._on_exit = on_exit
        self._heard_s = clock.now()
        self._messages: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._process = _start(registry, lane, log)
        for loop in (self._read, self._write, self._reap):
            threading.Thread(target=loop, name=f"{lane}-{self.pid}", daemon=True).start()

    @property
    def pid(self) -> int:
        """Process id, also the id of its process group."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return not self._ended.is_set()

    @property
    def silent_s(self) -> float:
        """Seconds since the process last said anything; it says something each second."""
        return clock.now() - self._heard_s

    @property
    def stopped(self) -> bool:
        """Whether the system has suspended the process (SIGSTOP)."""
        try:
            return bool(psutil.Process(self.pid).status() == psutil.STATUS_STOPPED)
        except psutil.Error:
            return False

    def run(self, job_id: str, name: str, spec: dict[str, Any]) -> None:
        """Hand over a job; never blocks."""
        self._outbox.put(pack({"run": job_id, "name": name, "spec": spec}))

    def cancel(self, job_id: str) -> None:
        """Ask politely."""
        self._outbox.put(pack({"cancel": job_id}))

    def next(self, timeout_s: float) -> Message | None:
        """The next message, None after `timeout_s`; raises WorkerGone after the last one."""
        try:
            message = self._messages.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if message is None:
            raise WorkerGone
        return message

    def wake(self) -> None:
        """Let a waiting `next` return at once."""
        self._messages.put({})

    def kill(self) -> None:
        """End the process and everything in its process group, now."""
        if not self._ended.is_set():  # once reaped, its id may belong to somebody else
            self._kill_group()

    def cause(self) -> str:
        """Why it ended, for a sentence: the signal's name, or its exit code."""
        self._reaped.wait()
        code = self._process.returncode
        if code >= 0:
            return f"exit {code}"
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._heard_s = clock.now()
            try:
                message = unpack(line)
            except ValueError:  # nothing but the protocol is written there: do not trust the rest
                self.kill()
                break
            if "ready" in message:
                self.ready.set()
            elif "beat" not in message:
                self._messages.put(message)
        self.kill()  # closed its mouth: no more use, dead or alive
        self._reaped.wait()
        self._process.stdout.close()
        self._outbox.put(None)
        self._messages.put(None)
        if self._on_exit is not None:
            self._on_exit(self)

    def _reap(self) -> None:
        """Wait for the end; children must not outlive the worker that started them."""
        if hasattr(os, "waitid"):  # not on Windows, on macOS from Python 3.13
            # Keep the dead leader unreaped while its group is killed: the id stays its own.
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
            self._kill_group()
            self._ended.set()
        self._process.wait()
        self._ended.set()
        self._reaped.set()

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError, psutil.NoSuchProcess):
            if sys.platform == "win32":
                for child in psutil.Process(self.pid).children(recursive=True):
                    child.kill()
                self._process.kill()
            else:
                os.killpg(self.pid, signal.SIGKILL)

    def _write(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it died; `_read` reports that
            while (line := self._outbox.get()) is not None:
                self._process.stdin.write(line)
                self._process.stdin.flush()
        with contextlib.suppress(OSError):
            self._process.stdin.close()


def _start(registry: str, lane: str, log: Path | None) -> subprocess.Popen[bytes]:
    module = "lesson_core.compute.worker_main"
    command = [sys.executable, "-m", module, "--registry", registry, "--lane", lane]
    try:
        with _open_log(log) as stderr:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                start_new_session=True,
                env={"GOMP_SPINCOUNT": SPIN, **os.environ},
            )
    except OSError as problem:
        raise LabError("worker_start_failed", reason=problem.strerror or str(problem)) from problem


def _open_log(log: Path | None) -> IO[bytes]:
    """A log to append to, begun anew when it has grown large; nowhere if it cannot be written."""
    try:
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            if log.exists() and log.stat().st_size > LOG_BYTES:
                log.replace(log.with_suffix(".old.log"))
            return log.open("ab")
    except OSError:
        pass
    return Path(os.devnull).open("ab")
