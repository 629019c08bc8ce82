"""What is known about a job, while it runs and after its server is gone."""

from dataclasses import dataclass
from typing import Any, Literal

JobState = Literal["queued", "running", "done", "cancelled", "failed"]

ENDED: tuple[JobState, ...] = ("done", "cancelled", "failed")


@dataclass(frozen=True, kw_only=True)
class JobStatus:
    """One look at a job. `spec` is the typed spec it was submitted with.

    `position` is the place in the line (1 is next) while queued, else 0. `error` is
    {"code": …, "values": {…}} when failed. `seconds` counts from the start of the run.
    """

    id: str
    name: str
    spec: Any
    state: JobState
    created_at: str  # ISO 8601, UTC
    position: int = 0
    seconds: float = 0.0
    error: dict[str, Any] | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing about this job will change any more."""
        return self.state in ENDED


@dataclass(frozen=True, kw_only=True)
class JobRecord:
    """A job as the store keeps it: `spec` in plain JSON values, `owner` the server that ran it."""

    id: str
    name: str
    session: str
    spec: dict[str, Any]
    state: JobState
    created_at: str  # ISO 8601, UTC
    owner: str
    seconds: float = 0.0
    error: dict[str, Any] | None = None
