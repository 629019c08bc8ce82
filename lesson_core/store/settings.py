"""Choices that outlive a browser tab: language, model, threads…"""

import json
from typing import Any

import sqlalchemy as sa

from lesson_core.store.engine import Database, dump
from lesson_core.store.tables import settings


class Settings:
    """Plain JSON values by key, per learner; learner "" is the whole lab."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str, default: Any = None, *, learner: str = "") -> Any:
        """The value, or `default` if it was never set."""
        query = sa.select(settings.c.value).where(
            settings.c.learner == learner, settings.c.key == key
        )
        with self._database.read() as connection:
            found = connection.execute(query).scalar()
        return default if found is None else json.loads(found)

    def all(self, *, learner: str) -> dict[str, Any]:
        """Every value that was set for this learner, by key."""
        query = sa.select(settings.c.key, settings.c.value).where(settings.c.learner == learner)
        with self._database.read() as connection:
            return {key: json.loads(value) for key, value in connection.execute(query)}

    def set(self, key: str, value: Any, *, learner: str = "") -> None:
        """Keep the value."""
        body = dump(value)
        with self._database.write() as connection:
            changed = connection.execute(
                sa.update(settings)
                .where(settings.c.learner == learner, settings.c.key == key)
                .values(value=body)
            )
            if changed.rowcount == 0:
                connection.execute(sa.insert(settings).values(learner=learner, key=key, value=body))

    def remove(self, key: str, *, learner: str = "") -> None:
        """Forget a value; nothing happens if it was never set."""
        with self._database.write() as connection:
            connection.execute(
                sa.delete(settings).where(settings.c.learner == learner, settings.c.key == key)
            )
