"""Writes jobs to the store in batches, and lets a full disk stop the saving, not the job."""

import logging
import os
import platform
from collections.abc import Mapping
from typing import Any

import psutil

from lesson_core import clock
from lesson_core.compute.record import Job
from lesson_core.errors import LabError
from lesson_core.experiments.registry import Experiment
from lesson_core.schema.jobs import JobRecord, JobStatus
from lesson_core.schema.plain import from_plain
from lesson_core.store.database import Store

BATCH_S = 1.0
log = logging.getLogger(__name__)


class Keeper:
    """`problem` is the last reason why something could not be saved; None while all is well."""

    def __init__(self, store: Store | None) -> None:
        self.problem: LabError | None = None
        self._store = store
        self._last_s = clock.now()

    def now_and_then(self, job: Job) -> None:
        """Save what is new, at most once a second."""
        if clock.now() - self._last_s > BATCH_S and len(job.events) > job.saved_events:
            self.save(job)

    def save(self, job: Job) -> None:
        """Save the job as it is now, in one transaction."""
        self._last_s = clock.now()
        if self._store is None:
            return
        fresh = job.events[job.saved_events :]
        try:
            self._store.jobs.save(job.record(), fresh, first=job.saved_events)
        except LabError as problem:
            self._complain(problem)
        else:
            job.saved, job.saved_events = True, job.saved_events + len(fresh)
            self.problem = None

    def _complain(self, problem: LabError) -> None:
        if self.problem is None:
            log.warning("jobs are not being saved: %s", problem)
        self.problem = problem


def this_server() -> str:
    """A name for this process that no later process has."""
    created = psutil.Process().create_time()
    return f"{platform.node()}:{os.getpid()}:{created:.2f}"


def is_orphan(record: JobRecord) -> bool:
    """Whether the server that ran this job is known to be gone (other hosts: not known)."""
    host, pid, created = record.owner.rsplit(":", 2)
    if host != platform.node():
        return False
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" != created
    except psutil.Error:
        return True


def revive(record: JobRecord, experiments: Mapping[str, Experiment]) -> JobStatus | None:
    """A stored job as a status; None if this version of the lab cannot read its spec."""
    if record.name not in experiments:
        return None
    try:
        spec: Any = from_plain(experiments[record.name].spec, record.spec)
    except (TypeError, LabError):
        return None
    state, error = record.state, record.error
    if state in ("queued", "running") and is_orphan(record):
        state, error = "failed", {"code": "server_stopped", "values": {}}
    return JobStatus(
        id=record.id,
        name=record.name,
        spec=spec,
        state=state,
        created_at=record.created_at,
        seconds=record.seconds,
        error=error,
    )
