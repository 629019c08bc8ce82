"""`python -m lesson_core.artefacts fetch|list|doctor|delete|seal`: models from the command line."""

import argparse
import sys
from collections.abc import Callable

from lesson_core.artefacts import home
from lesson_core.artefacts.fetch import Progress, fetch
from lesson_core.artefacts.registry import DEFAULT
from lesson_core.artefacts.report import doctor, models, sentence
from lesson_core.artefacts.seal import seal
from lesson_core.errors import LabError

WIDTH = 24  # of the progress bar, in characters
COMMANDS = ("fetch", "list", "doctor", "delete", "seal")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 if it worked, 1 with a sentence on stderr if not."""
    parser = argparse.ArgumentParser(prog="python -m lesson_core.artefacts", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("id", nargs="*", help=f"models of the registry; fetch takes {DEFAULT}")
    asked = parser.parse_args(arguments)
    if asked.command in ("delete", "seal") and not asked.id:
        parser.error(f"{asked.command} needs the id of a model: see `list`")
    try:
        return _run(asked.command, asked.id)
    except LabError as problem:
        print(sentence(problem), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n" + sentence(LabError("fetch_cancelled")), file=sys.stderr)
        return 130


def _run(command: str, ids: list[str]) -> int:
    each: dict[str, Callable[[str], None]] = {
        "fetch": _fetch, "delete": _delete, "seal": _seal,
    }  # fmt: skip
    if command in each:
        for artefact_id in ids or [DEFAULT]:
            each[command](artefact_id)
        return 0
    lines = models() if command == "list" else doctor()
    print("\n".join(lines))
    return 0


def _fetch(artefact_id: str) -> None:
    said = ""
    for progress in fetch(artefact_id):
        said = _say(artefact_id, progress, said)
    print(f"{artefact_id} is ready in {home.folder_of(artefact_id)}")


def _say(artefact_id: str, progress: Progress, said: str) -> str:
    """A bar that redraws itself on a terminal; elsewhere one line per stage. Returns the stage."""
    if progress.stage == "done":
        return said
    share = progress.done_bytes / max(progress.total_bytes, 1)
    origin = progress.source or "another process"
    if sys.stdout.isatty():
        bar = "█" * round(share * WIDTH)
        numbers = f"{progress.done_bytes / 1e6:.0f}/{progress.total_bytes / 1e6:.0f} MB"
        print(f"\r{progress.stage:<9}{bar:░<{WIDTH}} {numbers}  {origin}", end="", flush=True)
        if share >= 1:
            print()
    elif progress.stage != said:
        size = f"{progress.total_bytes / 1e6:.0f} MB"
        print(f"{artefact_id}: {progress.stage} {size} ({origin})", flush=True)
    return progress.stage


def _delete(artefact_id: str) -> None:
    print(f"{artefact_id} deleted, {home.delete(artefact_id) / 1e6:.0f} MB freed")


def _seal(artefact_id: str) -> None:
    for file in seal(artefact_id):
        print(f"{file.sha256[:12]}… {file.bytes:>12,} {file.path}")


if __name__ == "__main__":
    raise SystemExit(main())
