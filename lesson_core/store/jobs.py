"""Jobs and what they said."""

import json
from collections.abc import Mapping, Sequence
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
        return _record(row)

    def finished(
        self, names: Sequence[str], *, limit: int = 100, offset: int = 0
    ) -> list[JobRecord]:
        """Jobs of these kinds that ended with a result, newest first."""
        query = sa.select(jobs).where(jobs.c.state == "done", jobs.c.name.in_(names))
        query = query.order_by(jobs.c.created_at.desc(), jobs.c.id).limit(limit).offset(offset)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [_record(row) for row in rows]

    def result(self, job_id: str) -> dict[str, Any] | None:
        """The detail of a job's last `result` event, or None."""
        query = (
            sa.select(events.c.body).where(events.c.job_id == job_id)
            .order_by(events.c.n.desc()).limit(4)
        )  # fmt: skip
        with self._database.read() as connection:
            bodies = connection.execute(query).scalars().all()
        found = (from_plain(Event, json.loads(body)) for body in bodies)
        return next((event.detail for event in found if event.stage == "result"), None)

    def delete(self, job_id: str) -> None:
        """Remove a job and what it said; nothing happens if it is not there."""
        with self._database.write() as connection:
            connection.execute(sa.delete(events).where(events.c.job_id == job_id))
            connection.execute(sa.delete(jobs).where(jobs.c.id == job_id))

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


def _record(row: Mapping[Any, Any]) -> JobRecord:
    plain = dict(row) | {"spec": json.loads(row["spec"]), "error": json.loads(row["error"])}
    return from_plain(JobRecord, plain)


def _rows(job_id: str, fresh: Sequence[Event], first: int) -> list[dict[str, Any]]:
    numbered = enumerate(fresh, start=first)
    return [{"job_id": job_id, "n": n, "body": dump(event)} for n, event in numbered]
