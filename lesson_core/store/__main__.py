"""`python -m lesson_core.store backups|restore|export|import`: what was learned, as files."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from lesson_core.artefacts.report import sentence
from lesson_core.errors import LabError
from lesson_core.store import exchange
from lesson_core.store.backups import Backups
from lesson_core.store.database import Store, default_file
from lesson_core.store.tables import LEARNER


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 if it worked, 1 with a sentence on stderr if not."""
    parser = argparse.ArgumentParser(prog="python -m lesson_core.store", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("backups", help="list the copies of the database")
    restore = commands.add_parser("restore", help="put a copy back; stop the lab first")
    restore.add_argument("name")
    for name in ("export", "import"):
        commands.add_parser(name, help="every answer as one file").add_argument("file", type=Path)
    asked = parser.parse_args(arguments)
    try:
        if asked.command == "backups":
            _list()
        elif asked.command == "restore":
            Backups(default_file()).restore(asked.name, datetime.now(UTC))
            print(f"{asked.name} → {default_file()}")
        elif asked.command == "export":
            asked.file.write_text(exchange.export(Store.open(), LEARNER), encoding="utf-8")
        else:
            _import(asked.file)
    except LabError as problem:
        print(sentence(problem), file=sys.stderr)
        return 1
    except OSError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _list() -> None:
    for path in Backups(default_file()).all():
        print(f"{path.name}  {path.stat().st_size / 1e6:.1f} MB")


def _import(file: Path) -> None:
    store = Store.open()
    exchanged = exchange.read(file.read_bytes())
    if store.backups is not None:
        store.backups.take(datetime.now(UTC))
    new = exchange.merge(store, exchanged, LEARNER)
    print(f"{new} new, {len(exchanged.answers) - new} known")


if __name__ == "__main__":
    sys.exit(main())
