"""The store: jobs and their events, answers, settings, machine cards, in one database."""

import os
from pathlib import Path

import sqlalchemy as sa

from lesson_core.artefacts.home import lab_home
from lesson_core.errors import LabError
from lesson_core.store.answers import Answers
from lesson_core.store.cards import Cards
from lesson_core.store.engine import Database, connect
from lesson_core.store.jobs import Jobs
from lesson_core.store.settings import Settings
from lesson_core.store.tables import SCHEMA_VERSION, metadata, schema_version

FILE = "lab.sqlite"


class Store:
    """Open with `Store.open()`. Safe to use from many threads and from several processes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.jobs = Jobs(database)
        self.answers = Answers(database)
        self.settings = Settings(database)
        self.cards = Cards(database)

    @classmethod
    def open(cls, url: str | None = None) -> "Store":
        """Open or create. Default: LAB_DATABASE_URL, else a file in the lab's data folder.

        LabError: store_unwritable, store_unreadable, store_url, and store_newer for a database of
        a later version of the lab, which is left exactly as it is.
        """
        engine = connect(url or os.environ.get("LAB_DATABASE_URL") or _default_url())
        database = Database(engine)
        found = _version(database)
        if found is not None and found > SCHEMA_VERSION:
            engine.dispose()
            raise LabError("store_newer", found=found, supported=SCHEMA_VERSION)
        if found is None:
            _create(database)
        return cls(database)

    @classmethod
    def open_or_none(cls, url: str | None = None) -> tuple["Store | None", LabError | None]:
        """Like `open`, for an app that goes on without saving: (store, None) or (None, why)."""
        try:
            return cls.open(url), None
        except LabError as problem:
            return None, problem

    def close(self) -> None:
        """Give all connections back."""
        self._database.engine.dispose()


def _default_url() -> str:
    folder = lab_home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise LabError("store_unwritable", reason=f"{folder}: {problem.strerror}") from problem
    return sqlite_url(folder / FILE)


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file, whatever characters its path has."""
    return sa.URL.create("sqlite", database=str(path)).render_as_string()


def _version(database: Database) -> int | None:
    """The schema version found; None for an empty database."""
    with database.read() as connection:
        if not sa.inspect(connection).has_table(schema_version.name):
            return None
        version: int | None = connection.execute(sa.select(schema_version.c.version)).scalar()
        return version


def _create(database: Database) -> None:
    _use_wal(database)
    with database.write() as connection:
        metadata.create_all(connection)
        # Two servers may open a new file at the same time; the second finds the row.
        if connection.execute(sa.select(schema_version.c.version)).scalar() is None:
            connection.execute(schema_version.insert().values(version=SCHEMA_VERSION))


def _use_wal(database: Database) -> None:
    """Readers then never wait for a writer. Kept in the file; cannot be set in a transaction."""
    if database.engine.dialect.name != "sqlite":
        return
    with database.autocommit() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
