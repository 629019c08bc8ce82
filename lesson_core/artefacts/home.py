"""Where things from outside live on this machine, and how much room they take."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from lesson_core.artefacts.lock import FileLock
from lesson_core.artefacts.registry import DEFAULT, FALLBACK, REPOSITORY, Registry
from lesson_core.errors import LabError

APP = "llm-speed-lab"


@dataclass(frozen=True)
class Usage:
    """Bytes on disk of one artefact: the finished folder, and unfinished downloads."""

    id: str
    ready: bool
    bundled: bool
    bytes: int
    partial_bytes: int


def lab_home() -> Path:
    """The lab's data folder; the environment variable LAB_HOME overrides the system's choice."""
    chosen = os.environ.get("LAB_HOME", "").strip()
    if chosen:
        return Path(chosen).expanduser().absolute()
    return platformdirs.user_data_path(APP, appauthor=False)


def folder_of(artefact_id: str) -> Path:
    """The folder a loader reads: inside the repository if bundled, else under `lab_home()`."""
    artefact = Registry.load().get(artefact_id)
    if artefact.bundled:
        return REPOSITORY / "assets" / "models" / artefact.id
    return lab_home() / "models" / artefact.id


def download_folder(artefact_id: str) -> Path:
    """Where the pieces of a download wait until all of them are there and checked."""
    return lab_home() / "downloads" / Registry.load().get(artefact_id).id


def is_ready(artefact_id: str) -> bool:
    """Whether the artefact can be loaded without a download (its hashes are checked at load)."""
    return (folder_of(artefact_id) / "config.json").is_file()


def best_ready() -> str:
    """The default model if it is on this machine, else the bundled one."""
    return DEFAULT if is_ready(DEFAULT) else FALLBACK


def size_of(artefact_id: str) -> int:
    """Bytes of the finished folder; 0 where there is none."""
    return _bytes_under(folder_of(artefact_id))


def partial_bytes(artefact_id: str) -> int:
    """Bytes of unfinished downloads of one artefact."""
    return _bytes_under(download_folder(artefact_id))


def usage() -> list[Usage]:
    """One row per artefact, for the settings page."""
    return [
        Usage(
            id=artefact.id,
            ready=is_ready(artefact.id),
            bundled=artefact.bundled,
            bytes=size_of(artefact.id),
            partial_bytes=partial_bytes(artefact.id),
        )
        for artefact in Registry.load().all()
    ]


def delete(artefact_id: str) -> int:
    """Remove a downloaded artefact and its partial downloads; returns the bytes freed.

    LabError("artefact_bundled") for one that is part of the repository, LabError("artefact_busy")
    while it is being fetched.
    """
    if Registry.load().get(artefact_id).bundled:
        raise LabError("artefact_bundled", artefact=artefact_id)
    freed = 0
    with FileLock(lab_home() / "locks" / artefact_id) as lock:
        if not lock.acquire():
            raise LabError("artefact_busy", artefact=artefact_id)
        for folder in (folder_of(artefact_id), download_folder(artefact_id)):
            freed += _bytes_under(folder)
            remove(folder)
    return freed


def remove(folder: Path) -> None:
    """Delete a folder, if it is there; of a link only the link."""
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def _bytes_under(folder: Path) -> int:
    if not folder.is_dir():
        return 0
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # a download that was just finished elsewhere
            continue
    return total
