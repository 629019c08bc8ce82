"""Jobs and what they said."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobRecord
from lesson_core.schema.plain import from_plain, to_plain
from lesson_core.store.engine import Database, dump
from lesson_core.store.tables import events, jobs


class Jobs:
    """A job's row changes while it runs; its events are only ever added."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, job: JobRecord, fresh: Sequence[Event] = (), *, first: int = 0) -> None:
        """Save the job as it is now, and events number `first`, `first` + 1, …, in one commit."""
        row = to_plain(job) | {"spec": dump(job.spec), "error": dump(job.error)}
        changing = {key: row[key] for key in ("state", "seconds", "error")}
        with self._database.write() as connection:
            known = connection.execute(
                sa.update(jobs).where(jobs.c.id == job.id).values(**changing)
            )
            if known.rowcount == 0:
                connection.execute(sa.insert(jobs).values(**row))
            if fresh:
                connection.execute(sa.insert(events), _rows(job.id, fresh, first))

    def load(self, job_id: str) -> JobRecord | None:
        """The job, or None."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).mappings().first()
        if row is None:
            return None
        plain = dict(row) | {"spec": json.loads(row["spec"]), "error": json.loads(row["error"])}
        return from_plain(JobRecord, plain)

    def events(self, job_id: str, after: int = 0) -> list[Event]:
        """Events number `after`, `after` + 1, …; empty for an unknown job."""
        query = (
            sa.select(events.c.body)
            .where(events.c.job_id == job_id, events.c.n >= after)
            .order_by(events.c.n)
        )
        with self._database.read() as connection:
            bodies = connection.execute(query).scalars().all()
        return [from_plain(Event, json.loads(body)) for body in bodies]


def _rows(job_id: str, fresh: Sequence[Event], first: int) -> list[dict[str, Any]]:
    numbered = enumerate(fresh, start=first)
    return [{"job_id": job_id, "n": n, "body": dump(event)} for n, event in numbered]
