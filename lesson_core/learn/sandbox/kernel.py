"""The few system calls that Python has no function for (Linux; plain `None` libc elsewhere)."""

import ctypes
import os
import signal
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 22, 36, 38
CLONE_NEWNS = 0x00020000
MS_BIND, MS_REC, MS_PRIVATE, MS_NOSUID, MS_NODEV = 0x1000, 0x4000, 0x40000, 2, 4

# Landlock; its system calls have the same numbers everywhere.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
LEAST_ABI = 3  # below, truncate() passes by the rules
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
ALL_FILE_RIGHTS = {3: (1 << 15) - 1, 4: (1 << 15) - 1}  # ABI 5 adds ioctl on devices
NETWORK, SCOPES = 0b11, 0b11  # bind and connect (ABI 4); abstract sockets and signals (ABI 6)

_libc = ctypes.CDLL(None, use_errno=True) if LINUX else None


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def prctl(option: int, value: object = 1, extra: object = 0) -> None:
    assert _libc is not None
    _checked(_libc.prctl(option, value, extra, 0, 0), f"prctl {option}")


def adopt_orphans() -> None:
    """Descendants whose parent ends become children of this process instead of the machine's."""
    if LINUX:
        prctl(PR_SET_CHILD_SUBREAPER)


def die_with_parent() -> None:
    if LINUX:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL.value)


def own_mounts() -> None:
    """From here on, mounts of this process are seen by its descendants only (root)."""
    assert _libc is not None
    _checked(_libc.unshare(CLONE_NEWNS), "unshare")
    _mount(b"none", b"/", None, MS_REC | MS_PRIVATE)


def cover(folder: str) -> None:
    """An empty, world-readable file system in memory over `folder`."""
    _mount(b"tmpfs", os.fsencode(folder), b"tmpfs", MS_NOSUID | MS_NODEV, b"mode=755,size=64k")


def bind(source: str, target: str) -> None:
    _mount(os.fsencode(source), os.fsencode(target), None, MS_BIND | MS_REC)


def _mount(
    source: bytes, target: bytes, kind: bytes | None, flags: int, data: bytes | None = None
) -> None:
    assert _libc is not None
    result = _libc.mount(source, target, kind, ctypes.c_ulong(flags), data)
    _checked(result, f"mount on {target.decode()}")


def install_filter(program: bytes) -> None:
    """Put a seccomp program on this process and all that it starts."""
    buffer = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("count", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    whole = Program(len(program) // 8, ctypes.addressof(buffer))
    prctl(PR_SET_SECCOMP, 2, ctypes.byref(whole))


def landlock_abi() -> int:
    """The version of Landlock that the kernel offers; 0 where there is none."""
    if _libc is None:
        return 0
    return max(0, int(_libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1)))


def restrict_files(readable: Iterable[Path], writable: Iterable[Path] = ()) -> None:
    """From here on this process reads `readable` and writes `writable`, and nothing else opens."""
    assert _libc is not None
    abi = landlock_abi()
    rights = ALL_FILE_RIGHTS.get(abi, (1 << 16) - 1)
    handled = struct.pack("=QQQ", rights, NETWORK if abi >= 4 else 0, SCOPES if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = _checked(
        _libc.syscall(CREATE_RULESET, handled, ctypes.c_size_t(size), 0), "landlock ruleset"
    )
    for paths, wanted in ((readable, EXECUTE | READ_FILE | READ_DIR), (writable, READ_FILE | 2)):
        for path in paths:
            fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
            allowed = wanted if path.is_dir() else wanted & ~READ_DIR
            rule = struct.pack("=Qi", allowed, fd)
            _checked(_libc.syscall(ADD_RULE, ruleset, 1, rule, 0), f"landlock rule for {path}")
            os.close(fd)
    _checked(_libc.syscall(RESTRICT_SELF, ruleset, 0), "landlock")
    os.close(ruleset)
