"""Tier A's room: a root of its own, nothing in it but the interpreter, and namespaces all round.

Each flag is a measure with a name. A test leaves each out in turn and sees its probe succeed.
"""

import os
import shutil
from collections.abc import Collection
from pathlib import Path

from lesson_core.learn.sandbox import places
from lesson_core.learn.sandbox.limits import Limits

INSIDE = "/mnt"  # where the sealed code appears
NAMESPACES = {
    "own_processes": "pid", "own_network": "net", "own_ipc": "ipc",
    "own_host_name": "uts", "own_cgroups": "cgroup",
}  # fmt: skip
MEASURES = (
    *NAMESPACES, "own_root", "no_new_users", "own_session", "dies_with_parent", "root_read_only",
    "devices_read_only", "tmp_bounded",
)  # fmt: skip


def find() -> str | None:
    """The program, or None. LAB_BWRAP names another one."""
    return shutil.which(os.environ.get("LAB_BWRAP", "bwrap"))


def command(
    program: str,
    sealed: Path,
    limits: Limits,
    environment: dict[str, str],
    filter_fd: int | None,
    measures: Collection[str],
) -> list[str]:
    """bubblewrap's arguments, up to the command that it shall run."""
    args = [program]
    args += [f"--unshare-{kind}" for name, kind in NAMESPACES.items() if name in measures]
    # A user namespace comes with the others: who is not root may make them in no other way.
    args += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    args += ["--disable-userns"] if "no_new_users" in measures else []
    args += ["--new-session"] if "own_session" in measures else []
    args += ["--die-with-parent"] if "dies_with_parent" in measures else []
    args += _files(sealed, limits, measures)
    for name, value in environment.items():
        args += ["--setenv", name, value]
    args += ["--chdir", "/tmp"]
    args += ["--seccomp", str(filter_fd)] if filter_fd is not None else []
    return [*args, "--"]


def _files(sealed: Path, limits: Limits, measures: Collection[str]) -> list[str]:
    if "own_root" not in measures:
        args = ["--ro-bind", "/", "/"]
    else:
        args = []
        for path in places.system():
            args += ["--ro-bind", str(path), str(path)]
        for name in places.LINKS:
            if Path(name).is_symlink():
                args += ["--symlink", str(Path(name).readlink()), name]
    args += ["--proc", "/proc", "--dev", "/dev"]
    args += ["--remount-ro", "/dev"] if "devices_read_only" in measures else []
    args += ["--size", str(limits.tmp_bytes)] if "tmp_bounded" in measures else []
    args += ["--tmpfs", "/tmp"]
    for path in places.interpreter():  # after /tmp, which would hide one that lies in it
        args += ["--ro-bind", str(path), str(path)]
    args += ["--ro-bind", str(sealed), INSIDE]
    args += ["--remount-ro", "/"] if "root_read_only" in measures else []
    return args
