"""Databases of earlier versions, brought up to today's tables step by step.

Version 2 (SQLite only): the file's header says whose it is and which version it has, so that no
other program's file is ever taken for ours.
"""

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from lesson_core.errors import LabError
from lesson_core.store.engine import Database
from lesson_core.store.tables import SCHEMA_VERSION, metadata, schema_version

APPLICATION_ID = 0x4C4C4D53  # "LLMS", at byte 68 of a SQLite file

Step = Callable[[sa.Connection], None]
STEPS: Mapping[int, Step] = {1: lambda _: None}
"""What turns version n into n + 1, inside one transaction for all."""


def version(database: Database) -> int | None:
    """The version found; None for an empty database.

    LabError: "store_foreign" for a file of another program, "store_newer" for one of a later
    version of the lab. Nothing is written.
    """
    with database.read() as connection:
        found = _marked(connection)
        if _is_sqlite(connection) and _is_foreign(connection, found):
            raise LabError("store_foreign")
    if found is not None and found > SCHEMA_VERSION:
        raise LabError("store_newer", found=found, supported=SCHEMA_VERSION)
    return found


def create(database: Database) -> None:
    """All tables, in an empty database."""
    with database.write() as connection:
        metadata.create_all(connection)
        # Two servers may open a new file at the same time; the second finds the row.
        if _marked(connection) is None:
            connection.execute(schema_version.insert().values(version=SCHEMA_VERSION))
        _mark(connection)


def bring_up(database: Database) -> None:
    """Every step that is missing, in one transaction: all of them or none."""
    with database.write() as connection:
        found = _marked(connection) or SCHEMA_VERSION  # another server may have done it by now
        for step in range(found, SCHEMA_VERSION):
            STEPS[step](connection)
        connection.execute(schema_version.update().values(version=SCHEMA_VERSION))
        _mark(connection)


def _marked(connection: sa.Connection) -> int | None:
    if not sa.inspect(connection).has_table(schema_version.name):
        return None
    found: int | None = connection.execute(sa.select(schema_version.c.version)).scalar()
    return found


def _is_foreign(connection: sa.Connection, found: int | None) -> bool:
    """A file with a name or with tables of its own; Postgres may hold other schemas beside ours.

    Version 1 had no name yet: it is known by its tables.
    """
    named = connection.exec_driver_sql("PRAGMA application_id").scalar()
    tables = set(sa.inspect(connection).get_table_names())
    if named == APPLICATION_ID:
        return False
    ours = not tables if found is None else set(metadata.tables) <= tables
    return named != 0 or not ours


def _mark(connection: sa.Connection) -> None:
    if _is_sqlite(connection):
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")


def _is_sqlite(connection: sa.Connection) -> bool:
    return connection.dialect.name == "sqlite"
