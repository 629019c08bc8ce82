"""Runs at once are few; a sandbox that has imported PyTorch waits for the next one.

Each sandbox sees one run: what a learner's code did to its process ends with it.
"""

import threading
from collections.abc import Callable

from lesson_core import clock
from lesson_core.errors import LabError
from lesson_core.learn.sandbox.plan import Plan
from lesson_core.learn.sandbox.run import LOOK_S, Job, Outcome, Sandbox

AT_ONCE = 2
WAIT_S = 20.0
IDLE_S = 600.0  # then the spare goes: it holds some 230 MB


class Pool:
    """`plan(torch)` says what each run gets; it is asked anew each time."""

    def __init__(
        self,
        plan: Callable[[bool], Plan],
        *,
        at_once: int = AT_ONCE,
        wait_s: float = WAIT_S,
        idle_s: float = IDLE_S,
    ) -> None:
        self._plan = plan
        self._slots = threading.BoundedSemaphore(at_once)
        self._at_once, self._wait_s, self._idle_s = at_once, wait_s, idle_s
        self._lock = threading.Lock()
        self._spare: Sandbox | None = None
        self._timer: threading.Timer | None = None

    def warm(self) -> None:
        """Have a sandbox with PyTorch ready; returns at once, its import goes on by itself."""
        with self._lock:
            if self._spare is None or not self._spare.alive:
                self._spare = Sandbox(self._plan(True))
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(self._idle_s, self.close)
            self._timer.daemon = True
            self._timer.start()

    @property
    def spare_pid(self) -> int | None:
        """The process that keeps the spare, if there is one."""
        spare = self._spare
        return spare.pid if spare is not None and spare.alive else None

    def run(self, job: Job, *, torch: bool = False, stop: threading.Event | None = None) -> Outcome:
        """One run in a sandbox of its own; `stop` ends it, or its wait for one.

        Raises LabError when it was stopped, when too many others run, or where no learner code
        may run.
        """
        self._wait(stop or threading.Event())
        try:
            sandbox = self._take(torch)
            if torch:  # now: whoever runs next does not wait for its import
                self.warm()
            return sandbox.run(job, stop)
        finally:
            self._slots.release()

    def _wait(self, stop: threading.Event) -> None:
        """Until there is room."""
        until = clock.now() + self._wait_s
        while not self._slots.acquire(timeout=min(LOOK_S, self._wait_s)):
            if stop.is_set():
                raise LabError("judge_cancelled")
            if clock.now() > until:
                raise LabError("judge_busy", n=self._at_once)

    def _take(self, torch: bool) -> Sandbox:
        plan = self._plan(torch)
        with self._lock:
            spare = self._spare if torch else None
            if spare is not None:
                self._spare = None
        if spare is not None and spare.alive and spare.plan == plan:
            return spare
        if spare is not None:
            spare.close()
        return Sandbox(plan)

    def close(self) -> None:
        """Let the spare go."""
        with self._lock:
            spare, self._spare = self._spare, None
            if self._timer is not None:
                self._timer.cancel()
        if spare is not None:
            spare.close()
