"""Which worker serves which lane.

interactive: one warm worker that keeps its models; when it dies, another is started at once.
measured, background: a fresh process per job, gone afterwards.
"""

import contextlib
import threading
from pathlib import Path

from lesson_core.compute.worker import Worker
from lesson_core.errors import LabError
from lesson_core.experiments.registry import Lane

SILENT_S = 10.0
"""Seconds without a heartbeat after which a worker counts as dead."""


class Lanes:
    """Hands out workers and takes them back."""

    def __init__(self, registry: str, logs: Path | None) -> None:
        self._registry = registry
        self._logs = logs
        self._lock = threading.Lock()
        self._warm: Worker | None = None
        self._out: set[Worker] = set()
        self._closed = False

    def prepare(self) -> None:
        """Start the warm worker if there is none; returns at once."""
        with self._lock:
            self._warm_worker()

    def take(self, lane: Lane) -> Worker:
        """A live worker for one job; raises LabError("worker_start_failed")."""
        with self._lock:
            worker = self._warm_worker() if lane == "interactive" else self._start(lane)
            self._out.add(worker)
            return worker

    def give_back(self, worker: Worker, *, reusable: bool) -> None:
        """The job has ended. A worker that is not reusable is killed and, if warm, replaced."""
        with self._lock:
            self._out.discard(worker)
            if self._warm is not worker:
                worker.kill()
            elif not reusable:
                self._replace()

    def close(self) -> None:
        """Kill every worker, start none again."""
        with self._lock:
            self._closed = True
            for worker in self._out | ({self._warm} if self._warm else set()):
                worker.kill()

    def _warm_worker(self) -> Worker:
        if self._warm is None:
            self._warm = self._start("interactive")
        elif not self._warm.alive or self._warm.silent_s > SILENT_S or self._warm.stopped:
            self._warm.kill()
            self._warm = self._start("interactive")
        return self._warm

    def _replace(self) -> None:
        if self._warm is not None:
            self._warm.kill()
            self._warm = None
        if not self._closed:
            # If it cannot be started now, the next job that needs it says why.
            with contextlib.suppress(LabError):
                self._warm = self._start("interactive")

    def _start(self, lane: Lane) -> Worker:
        if self._closed:
            raise LabError("server_stopped")
        log = self._logs / f"worker-{lane}.log" if self._logs else None
        return Worker(self._registry, lane, log=log, on_exit=self._on_exit)

    def _on_exit(self, worker: Worker) -> None:
        # Died while nobody used it. One that never became ready would die again: wait for a need.
        with self._lock:
            if worker is self._warm and worker not in self._out:
                self._warm = None
                if worker.ready.is_set():
                    self._replace()
