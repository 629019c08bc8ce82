"""The store: jobs and their events, answers, settings, machine cards, in one database."""

import os
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from lesson_core.artefacts.home import lab_home
from lesson_core.errors import LabError
from lesson_core.store import migrations
from lesson_core.store.answers import Answers
from lesson_core.store.backups import Backups
from lesson_core.store.cards import Cards
from lesson_core.store.engine import Database, connect
from lesson_core.store.jobs import Jobs
from lesson_core.store.settings import Settings
from lesson_core.store.tables import SCHEMA_VERSION

FILE = "lab.sqlite"


class Store:
    """Open with `Store.open()`. Safe to use from many threads and from several processes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.jobs = Jobs(database)
        self.answers = Answers(database)
        self.settings = Settings(database)
        self.cards = Cards(database)
        self.backups = _backups_of(database)

    @classmethod
    def open(cls, url: str | None = None) -> "Store":
        """Open or create. Default: LAB_DATABASE_URL, else a file in the lab's data folder.

        One of an earlier version is copied and brought up to date. LabError: store_unwritable,
        store_unreadable, store_url; store_newer for a database of a later version of the lab and
        store_foreign for a file of another program, which are left exactly as they are.
        """
        engine = connect(url or os.environ.get("LAB_DATABASE_URL") or sqlite_url(default_file()))
        database = Database(engine)
        try:
            found = migrations.version(database)
        except LabError:
            engine.dispose()
            raise
        store = cls(database)
        if found is None:
            _use_wal(database)
            migrations.create(database)
        elif found < SCHEMA_VERSION:
            if store.backups is not None:
                store.backups.take(datetime.now(UTC))
            migrations.bring_up(database)
        return store

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


def default_file() -> Path:
    """Where the lab keeps its database unless LAB_DATABASE_URL names another."""
    folder = lab_home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise LabError("store_unwritable", reason=f"{folder}: {problem.strerror}") from problem
    return folder / FILE


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file, whatever characters its path has."""
    return sa.URL.create("sqlite", database=str(path)).render_as_string()


def _backups_of(database: Database) -> Backups | None:
    """Copies of the file; None for a server's database and for one in memory."""
    name = database.engine.url.database or ":memory:"
    on_disk = name != ":memory:" and not name.startswith("file:")
    is_file = database.engine.dialect.name == "sqlite" and on_disk
    return Backups(Path(name)) if is_file else None


def _use_wal(database: Database) -> None:
    """Readers then never wait for a writer. Kept in the file; cannot be set in a transaction."""
    if database.engine.dialect.name != "sqlite":
        return
    with database.autocommit() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
