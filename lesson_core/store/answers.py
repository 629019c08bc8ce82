"""What learners said. Rows are added, never changed: everything else is computed from them."""

import json

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
        row = to_plain(answer) | {"value": dump(answer.value)}
        try:
            with self._database.write() as connection:
                connection.execute(sa.insert(answers).values(**row))
        except sa.exc.IntegrityError:
            return False
        return True

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
