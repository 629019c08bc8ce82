"""One job on one worker, from its first event to its end, whatever that end is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lesson_core.compute.protocol import Message
from lesson_core.compute.record import Job
from lesson_core.compute.worker import Worker, WorkerGone
from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobState
from lesson_core.schema.plain import from_plain

TICK_S = 0.25  # how often deadline and heartbeat are looked at; a message or a cancel wakes at once


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to wait, in seconds, for what."""

    grace_s: float = 0.5  # between asking politely and killing
    silent_s: float = 10.0  # heartbeat missing while a job runs
    starting_s: float = 60.0  # heartbeat missing while the worker imports (a cold disk, torch)
    stopped_s: float = 2.0  # heartbeat missing and the system says the process is suspended


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a job ended, and whether its worker may take another."""

    state: JobState
    error: dict[str, Any] | None = None
    reusable: bool = False


def failed(code: str, **values: Any) -> Ending:
    """An ending with a sentence."""
    return Ending(state="failed", error={"code": code, "values": values})


def watch(job: Job, worker: Worker, patience: Patience, tick: Callable[[], None]) -> Ending:
    """Read events into `job` until it ends. `tick` is called now and then, to save them."""
    stop: _Stop | None = None
    while True:
        try:
            message = worker.next(TICK_S)
        except WorkerGone:
            return stop.ending if stop else failed("worker_died", signal=worker.cause())
        if message and (ending := _hear(message, job)) is not None:
            return stop.settle(ending) if stop else ending
        tick()
        if stop is None:
            stop = _reason_to_stop(job, worker, patience)
            if stop is not None:
                worker.cancel(job.id)
        elif job.seconds > stop.kill_at_s:
            worker.kill()
            return stop.ending


@dataclass(frozen=True, kw_only=True)
class _Stop:
    """The job was asked to stop; after `kill_at_s` (seconds of the job) it is made to."""

    ending: Ending
    kill_at_s: float

    def settle(self, said: Ending) -> Ending:
        """The worker obeyed in time: keep it, and keep the reason why it was asked."""
        state, error = self.ending.state, self.ending.error
        return Ending(state=state, error=error, reusable=said.reusable)


def _reason_to_stop(job: Job, worker: Worker, patience: Patience) -> _Stop | None:
    limit_s = job.experiment.limit_s
    if job.cancel.is_set():
        return _Stop(ending=Ending(state="cancelled"), kill_at_s=job.seconds + patience.grace_s)
    if job.seconds > limit_s:
        late = failed("deadline_passed", seconds=round(limit_s))
        return _Stop(ending=late, kill_at_s=job.seconds + patience.grace_s)
    silent_s = worker.silent_s
    if silent_s > patience.stopped_s and worker.stopped:
        return _Stop(ending=failed("worker_died", signal="SIGSTOP"), kill_at_s=0.0)
    if silent_s > (patience.silent_s if worker.ready.is_set() else patience.starting_s):
        return _Stop(ending=failed("worker_silent", seconds=round(silent_s)), kill_at_s=0.0)
    return None


def _hear(message: Message, job: Job) -> Ending | None:
    if "event" in message:
        job.events.append(from_plain(Event, message["event"]))
    if message.get("end") != job.id:
        return None
    return Ending(state=message["state"], error=message["error"], reusable=not message["retire"])
