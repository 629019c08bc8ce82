"""What learners said. Rows are added, never changed: everything else is computed from them."""

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from lesson_core.schema.answers import Answer
from lesson_core.schema.plain import from_plain, to_plain
from lesson_core.store.engine import Database, dump
from lesson_core.store.tables import answers

_COLUMNS = [column for column in answers.c if column.name != "n"]


class Answers:
    """Guesses, answers and explanations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, answer: Answer) -> bool:
        """Keep it; False if this uuid is kept already (a retry is harmless)."""
        row = _row(answer)
        try:
            with self._database.write() as connection:
                connection.execute(sa.insert(answers).values(**row))
        except sa.exc.IntegrityError:
            return False
        return True

    def extend(self, many: Iterable[Answer], *, learner: str) -> int:
        """Keep those that are not kept yet, as this learner's; how many. All of them or none."""
        with self._database.write() as connection:
            known = set(connection.execute(sa.select(answers.c.uuid)).scalars())
            new = {one.uuid: one for one in many if one.uuid not in known}
            rows = [_row(one) | {"learner": learner} for one in new.values()]
            if rows:
                connection.execute(sa.insert(answers), rows)
        return len(rows)

    def latest(self, *, learner: str, page: str, kind: str, key: str) -> Answer | None:
        """The last one said, or None."""
        found = self._select(learner=learner, page=page, kind=kind, key=key)
        return found[-1] if found else None

    def all(self, *, learner: str, page: str | None = None) -> list[Answer]:
        """Everything a learner said (on one page), oldest first."""
        where = {"learner": learner} if page is None else {"learner": learner, "page": page}
        return self._select(**where)

    def _select(self, **where: str) -> list[Answer]:
        query = sa.select(*_COLUMNS).order_by(answers.c.n)
        for name, value in where.items():
            query = query.where(answers.c[name] == value)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [from_plain(Answer, dict(row) | {"value": json.loads(row["value"])}) for row in rows]


def _row(answer: Answer) -> dict[str, Any]:
    row: dict[str, Any] = to_plain(answer)
    return row | {"value": dump(answer.value)}
