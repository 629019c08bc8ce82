"""Machine cards: what each machine was found to do, each time it was measured."""

import json

import sqlalchemy as sa

from lesson_core.schema.card import Card, Scope
from lesson_core.schema.plain import from_plain
from lesson_core.store.engine import Database, dump
from lesson_core.store.tables import cards


class Cards:
    """Added, never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, card: Card) -> None:
        """Keep a card."""
        where = card.environment
        row = {
            "machine_id": where.machine_id,
            "device": where.device,
            "threads": where.threads,
            "scope": card.scope,
            "body": dump(card),
        }
        with self._database.write() as connection:
            connection.execute(sa.insert(cards).values(**row))

    def latest(
        self,
        *,
        machine_id: str | None = None,
        device: str | None = None,
        threads: int | None = None,
        scope: Scope | None = None,
    ) -> Card | None:
        """The newest card that fits, or None. What is not given does not matter."""
        wanted = {"machine_id": machine_id, "device": device, "threads": threads, "scope": scope}
        query = sa.select(cards.c.body).order_by(cards.c.n.desc()).limit(1)
        for name, value in wanted.items():
            if value is not None:
                query = query.where(cards.c[name] == value)
        with self._database.read() as connection:
            body = connection.execute(query).scalar()
        return None if body is None else from_plain(Card, json.loads(body))
