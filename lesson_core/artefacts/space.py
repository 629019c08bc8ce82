"""Room on the disk: asked for before a download, and named when it runs out on the way."""

import errno
import math
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lesson_core.errors import LabError

MARGIN = 64 * 10**6  # bytes left free for everything else


def check_room(folder: Path, needed: int) -> None:
    """LabError("fetch_disk_full") unless `needed` bytes and a margin are free at `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < needed + MARGIN:
        raise _full(folder, needed + MARGIN, free)


@contextmanager
def disk_errors(folder: Path, needed: int) -> Iterator[None]:
    """Turn a full disk and a folder without write permission into sentences.

    `needed` is the size of the finished thing, for the sentence.
    """
    try:
        yield
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            free = shutil.disk_usage(folder).free if folder.exists() else 0
            raise _full(folder, needed + MARGIN, free) from problem
        if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise LabError("folder_not_writable", folder=str(folder)) from problem
        raise


def _full(folder: Path, needed: int, free: int) -> LabError:
    def megabytes(count: int) -> int:
        return math.ceil(count / 10**6)

    return LabError(
        "fetch_disk_full", folder=str(folder), need_mb=megabytes(needed), free_mb=megabytes(free)
    )
