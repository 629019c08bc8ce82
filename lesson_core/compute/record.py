"""One job in the memory of the web process: what it was asked, what it has said so far."""

import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from lesson_core import clock
from lesson_core.experiments.registry import Experiment
from lesson_core.schema.events import Event, Stage
from lesson_core.schema.jobs import ENDED, JobRecord, JobState, JobStatus
from lesson_core.schema.plain import to_plain

LAST_WORD: dict[JobState, Stage] = {
    "done": "finished",
    "cancelled": "cancelled",
    "failed": "failed",
}


@dataclass(eq=False, kw_only=True)
class Job:
    """Written by the one thread that runs it, read by any number of others."""

    name: str
    spec: Any
    session: str
    experiment: Experiment
    owner: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    created_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat())
    state: JobState = "queued"
    error: dict[str, Any] | None = None
    events: list[Event] = field(default_factory=list)
    saved_events: int = 0
    saved: bool = False  # the store has heard of this job
    cancel: threading.Event = field(default_factory=threading.Event)
    _started_s: float | None = None
    _ended_s: float | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ENDED

    @property
    def seconds(self) -> float:
        """How long it has run, or ran."""
        if self._started_s is None:
            return 0.0
        return (clock.now() if self._ended_s is None else self._ended_s) - self._started_s

    def start(self) -> None:
        """The run begins; its deadline counts from here."""
        self._started_s = clock.now()
        self.state = "running"

    def end(self, state: JobState, error: dict[str, Any] | None = None) -> None:
        """Say the last word, then change the state: who sees the state finds every event."""
        self._ended_s = clock.now()
        self.error = error
        self.events.append(Event(stage=LAST_WORD[state], detail=dict(error or {})))
        self.state = state

    def status(self, position: int) -> JobStatus:
        """A frozen look."""
        return JobStatus(
            id=self.id,
            name=self.name,
            spec=self.spec,
            state=self.state,
            created_at=self.created_at,
            position=position,
            seconds=self.seconds,
            error=self.error,
        )

    def record(self) -> JobRecord:
        """What the store keeps."""
        return JobRecord(
            id=self.id,
            name=self.name,
            session=self.session,
            spec=to_plain(self.spec),
            state=self.state,
            created_at=self.created_at,
            owner=self.owner,
            seconds=self.seconds,
            error=self.error,
        )
