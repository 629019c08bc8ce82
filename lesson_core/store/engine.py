"""Connections: SQLite so that an acknowledged write survives a crash, or what the URL names."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from lesson_core.errors import LabError
from lesson_core.schema.plain import to_plain

BUSY_MS = 5_000


def connect(url: str) -> sa.Engine:
    """An engine for `url`; nothing is opened yet. LabError("store_url") if it makes no sense."""
    try:
        engine = sa.create_engine(url)
    except (SQLAlchemyError, ImportError) as problem:
        raise LabError("store_url", reason=_first_line(problem)) from problem
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
    return engine


class Database:
    """Transactions that end in a LabError where a learner can do something about it."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction, on disk when the block is left. LabError("store_unwritable")."""
        try:
            connect = self.engine.connect().execution_options(begin="BEGIN IMMEDIATE")
            with connect as connection, connection.begin():
                yield connection
        except sa.exc.IntegrityError:
            raise
        except sa.exc.DBAPIError as problem:
            raise LabError("store_unwritable", reason=_first_line(problem)) from problem

    @contextmanager
    def autocommit(self) -> Iterator[sa.Connection]:
        """Outside of any transaction, for settings of the file. LabError("store_unwritable")."""
        try:
            with self.engine.connect().execution_options(begin=None) as connection:
                yield connection
        except sa.exc.DBAPIError as problem:
            raise LabError("store_unwritable", reason=_first_line(problem)) from problem

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A consistent look. LabError("store_unreadable")."""
        try:
            with self.engine.connect() as connection, connection.begin():
                yield connection
        except sa.exc.DBAPIError as problem:
            raise LabError("store_unreadable", reason=_first_line(problem)) from problem


def dump(value: Any) -> str:
    """Plain values or data words as ASCII JSON; raises TypeError for anything else."""
    return json.dumps(to_plain(value), separators=(",", ":"))


def _prepare(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see `_begin`
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    statement = connection.get_execution_options().get("begin", "BEGIN")
    if statement is not None:
        connection.exec_driver_sql(statement)


def _first_line(problem: Exception) -> str:
    cause = getattr(problem, "orig", None) or problem
    return str(cause).splitlines()[0] if str(cause) else type(cause).__name__
