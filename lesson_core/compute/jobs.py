"""Jobs, as the pages see them: submit, look, cancel.

A job belongs to the server, not to the browser that asked for it: a closed tab changes nothing,
and its id works after a refresh, in another browser and, once it has ended, after a restart.
"""

import atexit
import contextlib
import functools
import importlib
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lesson_core.artefacts.home import lab_home
from lesson_core.compute.keeper import Keeper, revive, this_server
from lesson_core.compute.lanes import Lanes
from lesson_core.compute.queue import Line, Ticket
from lesson_core.compute.record import Job
from lesson_core.compute.runner import Runner
from lesson_core.compute.watch import Patience
from lesson_core.errors import LabError
from lesson_core.experiments.registry import Experiment, Lane
from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from lesson_core.store.backups import Backups
from lesson_core.store.database import Store

REGISTRY = "lesson_core.experiments.registry"
DEVICE_WAITING, NETWORK_WAITING, PER_SESSION = 64, 8, 2
KEEP_JOBS, KEEP_EVENTS = 20, 50_000  # of ended jobs in memory; older ones come from the store

log = logging.getLogger(__name__)


class JobManager:
    """All methods may be called from any thread. `home` None: no logs, no lock between servers."""

    def __init__(
        self,
        *,
        registry: str = REGISTRY,
        store: Store | None = None,
        home: Path | None = None,
        patience: Patience | None = None,
        limit: int = DEVICE_WAITING,
    ) -> None:
        self._experiments: dict[str, Experiment] = importlib.import_module(registry).JOBS
        self._store = store
        self._owner = this_server()
        self._lanes = Lanes(registry, home / "logs" if home else None)
        self._jobs: dict[str, Job] = {}  # in the order of submission
        self._change = threading.Condition()
        self._closed = False
        self._read_problem: LabError | None = None
        lock = home / "device.lock" if home else None

        def runner(waiting: int) -> Runner:
            return Runner(
                line=Line(limit=waiting, per_session=PER_SESSION),
                jobs=self._jobs,
                change=self._change,
                lanes=self._lanes,
                keeper=Keeper(store),
                patience=patience or Patience(),
                lock=lock,
                ended=self._forget_old,
            )

        device, network = runner(limit), runner(NETWORK_WAITING)
        self._runners: dict[Lane, Runner] = {
            "interactive": device,
            "measured": device,
            "background": network,
        }

    @property
    def backups(self) -> Backups | None:
        """Where copies of the store's file go; None without a store or with one on a server."""
        return self._store.backups if self._store is not None else None

    @property
    def store_problem(self) -> LabError | None:
        """Why results cannot be saved or read at the moment; None while they can."""
        problems = [runner.keeper.problem for runner in self._runners.values()]
        problems.append(self._read_problem)
        return next((problem for problem in problems if problem), None)

    def prepare(self) -> None:
        """Start the warm worker ahead of the first interactive job; returns at once."""
        self._lanes.prepare()

    def submit(self, name: str, spec: Any, *, session: str) -> str:
        """Put a job in its line and return its id.

        Raises LabError: job_unknown, queue_full, session_busy, server_stopped; TypeError for a
        spec of another job.
        """
        experiment = self._experiments.get(name)
        if experiment is None:
            raise LabError("job_unknown", name=name)
        if not isinstance(spec, experiment.spec):
            raise TypeError(f"{name} takes a {experiment.spec.__name__}, got {spec!r}")
        job = Job(name=name, spec=spec, session=session, experiment=experiment, owner=self._owner)
        with self._change:
            if self._closed:
                raise LabError("server_stopped")
            self._runner(job).line.submit(Ticket(id=job.id, session=session))
            self._jobs[job.id] = job
            self._change.notify_all()
        return job.id

    def status(self, job_id: str) -> JobStatus | None:
        """The job now, from memory or from the store; None if nobody has heard of it."""
        with self._change:
            job = self._jobs.get(job_id)
            if job is not None and job.state != "queued":
                return job.status(0)
            if job is not None:
                # The holder of the line may still wait for another server's measurement.
                return job.status(max(1, self._runner(job).line.position(job_id)))
        record = None
        with self._reading() as store:
            record = store.jobs.load(job_id) if store else None
        return revive(record, self._experiments) if record else None

    def events(self, job_id: str, after: int = 0) -> list[Event]:
        """Events number `after`, `after` + 1, … so far; empty for an unknown job."""
        job = self._jobs.get(job_id)
        if job is not None:
            return job.events[after:]
        found: list[Event] = []
        with self._reading() as store:
            found = store.jobs.events(job_id, after) if store else []
        return found

    def cancel(self, job_id: str) -> None:
        """Stop a waiting or running job; anything else is left alone. Returns at once."""
        with self._change:
            job = self._jobs.get(job_id)
            if job is None or job.ended:
                return
            job.cancel.set()
            withdrawn = self._runner(job).line.withdraw(job_id)
            if withdrawn:
                job.end("cancelled")
                self._forget_old()
        if withdrawn:
            self._runner(job).keeper.save(job)
        else:
            self._runner(job).wake()

    def delete(self, job_id: str) -> None:
        """Forget an ended job, here and in the store; one that waits or runs is left alone.

        Raises LabError("store_unwritable").
        """
        with self._change:
            job = self._jobs.get(job_id)
            if job is not None and not job.ended:
                return
            self._jobs.pop(job_id, None)
        if self._store is not None:
            self._store.jobs.delete(job_id)

    def shutdown(self) -> None:
        """Kill all workers; jobs that wait or run end as failed with `server_stopped`."""
        with self._change:
            self._closed = True
            for job in list(self._jobs.values()):
                if self._runner(job).line.withdraw(job.id):
                    job.end("failed", {"code": "server_stopped", "values": {}})
            for runner in self._runners.values():
                runner.close()
        self._lanes.close()
        for runner in self._runners.values():
            runner.join()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Store | None]:
        """The store; if it cannot be read, its jobs are unknown for now and the page goes on."""
        try:
            yield self._store
        except LabError as problem:
            log.warning("stored jobs cannot be read: %s", problem)
            self._read_problem = problem
        else:
            self._read_problem = None

    def _runner(self, job: Job) -> Runner:
        return self._runners[job.experiment.lane]

    def _forget_old(self) -> None:  # called with the lock held
        ended = [job for job in self._jobs.values() if job.ended]
        events = sum(len(job.events) for job in ended)
        for job in ended[:-1]:
            if len(ended) <= KEEP_JOBS and events <= KEEP_EVENTS:
                break
            events -= len(job.events)
            ended = ended[1:]
            del self._jobs[job.id]


_LOCK = threading.Lock()


def manager() -> JobManager:
    """The one JobManager of this process."""
    with _LOCK:
        return _manager()


@functools.cache
def _manager() -> JobManager:
    store, problem = Store.open_or_none()
    made = JobManager(store=store, home=lab_home())
    if problem is not None:
        log.warning("the store could not be opened: %s", problem)
    atexit.register(made.shutdown)
    return made
