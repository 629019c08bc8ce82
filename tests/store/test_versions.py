"""Databases of every version that has landed still open; what is not ours stays as it is."""

import sqlite3
from pathlib import Path

import pytest

from lesson_core.errors import LabError
from lesson_core.store import migrations
from lesson_core.store.database import Store, sqlite_url
from lesson_core.store.tables import SCHEMA_VERSION

LANDED = sorted(
    (Path(__file__).parent / "landed").glob("version_*.sql"),
    key=lambda path: int(path.stem.split("_")[1]),
)


def made(folder: Path, sql: str) -> Path:
    file = folder / "lab.sqlite"
    raw = sqlite3.connect(file)
    raw.executescript(sql)
    raw.close()
    return file


def pragma(file: Path, name: str) -> object:
    raw = sqlite3.connect(file)
    (value,) = raw.execute(f"PRAGMA {name}").fetchone()
    raw.close()
    return value


def tables(file: Path) -> dict[str, str]:
    raw = sqlite3.connect(file)
    found = dict(raw.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    raw.close()
    return found


def test_there_is_a_file_for_every_version_and_a_step_from_every_earlier_one() -> None:
    versions = [*range(1, SCHEMA_VERSION + 1)]
    assert [path.stem for path in LANDED] == [f"version_{n}" for n in versions]
    assert sorted(migrations.STEPS) == versions[:-1]


@pytest.mark.parametrize("dump", LANDED, ids=lambda path: path.stem)
def test_a_landed_version_ends_in_the_tables_of_a_new_file(dump: Path, tmp_path: Path) -> None:
    """Also today's: who changes the tables without raising the version is told here."""
    old = made(tmp_path, dump.read_text())
    new = tmp_path / "new.sqlite"
    for file in (old, new):
        Store.open(sqlite_url(file)).close()
    assert tables(old) == tables(new)


@pytest.mark.parametrize("dump", LANDED, ids=lambda path: path.stem)
def test_a_landed_version_opens_and_holds_everything(dump: Path, tmp_path: Path) -> None:
    file = made(tmp_path, dump.read_text())
    store = Store.open(sqlite_url(file))
    said = store.answers.all(learner="me")
    assert [one.value for one in said] == [1, "二", {"ms": 26.5}]
    job = store.jobs.load("j1")
    assert job is not None and job.state == "done" and len(store.jobs.events("j1")) == 2
    assert store.settings.get("lang") == "zh"
    card = store.cards.latest()
    assert card is not None and card.dispatch_s == 1e-6
    store.close()
    assert pragma(file, "user_version") == SCHEMA_VERSION
    assert pragma(file, "application_id") == migrations.APPLICATION_ID
    Store.open(sqlite_url(file)).close()  # and once more, with nothing to do


@pytest.mark.parametrize("dump", LANDED[:-1], ids=lambda path: path.stem)
def test_the_old_file_is_copied_before_anything_changes(dump: Path, tmp_path: Path) -> None:
    file = made(tmp_path, dump.read_text())
    store = Store.open(sqlite_url(file))
    assert store.backups is not None
    (copy,) = store.backups.all()
    store.close()
    raw = sqlite3.connect(copy)
    (version,) = raw.execute("SELECT version FROM schema_version").fetchone()
    raw.close()
    assert f"version_{version}" == dump.stem


def test_a_step_that_fails_leaves_the_old_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(connection: migrations.sa.Connection) -> None:
        connection.exec_driver_sql("DELETE FROM answers")
        raise RuntimeError("power cut")

    file = made(tmp_path, LANDED[0].read_text())
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", {**migrations.STEPS, 1: half})
        with pytest.raises(RuntimeError, match="power cut"):
            Store.open(sqlite_url(file))
    assert pragma(file, "user_version") == 0
    store = Store.open(sqlite_url(file))
    assert len(store.answers.all(learner="me")) == 3
    store.close()


@pytest.mark.parametrize(
    "sql", ["CREATE TABLE notes (n);", "PRAGMA application_id=1234; CREATE TABLE answers (n);"]
)
def test_a_file_of_another_program_is_refused_untouched(sql: str, tmp_path: Path) -> None:
    file = made(tmp_path, sql)
    before = file.read_bytes()
    with pytest.raises(LabError, match="store_foreign"):
        Store.open(sqlite_url(file))
    assert file.read_bytes() == before


def test_a_table_named_like_ours_makes_no_file_ours(tmp_path: Path) -> None:
    table = "CREATE TABLE schema_version (version);"
    file = made(tmp_path, table + "INSERT INTO schema_version VALUES (1);")
    before = file.read_bytes()
    with pytest.raises(LabError, match="store_foreign"):
        Store.open(sqlite_url(file))
    assert file.read_bytes() == before
