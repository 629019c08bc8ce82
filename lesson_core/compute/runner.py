"""The thread behind one line: takes the next job, runs it to its end, takes the next."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from lesson_core.compute.device_lock import device_lock
from lesson_core.compute.keeper import Keeper
from lesson_core.compute.lanes import Lanes
from lesson_core.compute.queue import Line
from lesson_core.compute.record import Job
from lesson_core.compute.watch import Ending, Patience, failed, watch
from lesson_core.compute.worker import Worker
from lesson_core.errors import LabError
from lesson_core.experiments.registry import Lane

log = logging.getLogger(__name__)


class Runner:
    """One line has one runner, so it has at most one running job.

    `change` guards the line and `jobs` (shared with the manager); `ended` is called with it held.
    """

    def __init__(
        self,
        *,
        line: Line,
        jobs: dict[str, Job],
        change: threading.Condition,
        lanes: Lanes,
        keeper: Keeper,
        patience: Patience,
        lock: Path | None,
        ended: Callable[[], None],
    ) -> None:
        self.line = line
        self.keeper = keeper
        self._jobs = jobs
        self._change = change
        self._lanes = lanes
        self._patience = patience
        self._lock = lock
        self._ended = ended
        self._closed = False
        self._worker: Worker | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look at the running job now: it may have been cancelled."""
        worker = self._worker
        if worker is not None:
            worker.wake()

    def close(self) -> None:
        """Start no more jobs. Call with `change` held, then kill the workers, then `join`."""
        self._closed = True
        self._change.notify_all()

    def join(self) -> None:
        """Wait until the running job has been ended and saved."""
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._closed or self.line.start_next() is not None)
                if self.line.holder is None:
                    return
                job = self._jobs[self.line.holder.id]
            ending = self._run_guarded(job)
            job.end(ending.state, ending.error)
            self.keeper.save(job)
            with self._change:
                self.line.finish(job.id)
                self._ended()

    def _run_guarded(self, job: Job) -> Ending:
        try:
            ending = self._run(job)
        except LabError as problem:
            ending = failed(problem.code, **problem.values)
        except Exception as problem:
            log.exception("job %s (%s): the job system itself failed", job.id, job.name)
            ending = failed("worker_error", kind=type(problem).__name__)
        if self._closed and ending.state == "failed":
            return failed("server_stopped")
        return ending

    def _run(self, job: Job) -> Ending:
        lane = job.experiment.lane
        if lane == "background":
            return self._run_on_worker(job, lane)

        def give_up() -> bool:
            return self._closed or job.cancel.is_set()

        with device_lock(self._lock, alone=lane == "measured", give_up=give_up) as held:
            if held:
                ending = self._run_on_worker(job, lane)
                died = ending.error is not None and ending.error["code"] == "worker_died"
                if died and not job.events and not give_up():
                    # The warm worker died before it began: nothing ran yet, so run it now.
                    ending = self._run_on_worker(job, lane)
                return ending
        return Ending(state="cancelled") if job.cancel.is_set() else failed("server_stopped")

    def _run_on_worker(self, job: Job, lane: Lane) -> Ending:
        worker, ending = self._lanes.take(lane), Ending(state="failed")
        self._worker = worker
        try:
            job.start()
            worker.run(job.id, job.name, job.record().spec)
            # Saving costs time of the same machine: a measured job is saved when it has ended.
            save = _nothing if lane == "measured" else self.keeper.now_and_then
            ending = watch(job, worker, self._patience, lambda: save(job))
            return ending
        finally:
            self._worker = None
            self._lanes.give_back(worker, reusable=ending.reusable)


def _nothing(job: Job) -> None:
    """Save nothing yet."""
