"""The room that attacks try to leave: a secret, sockets that listen, a data folder, a server."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lesson_core.learn.sandbox import bubblewrap, seccomp, tiers
from lesson_core.learn.sandbox.limits import MIB, SHARED, Limits

ROOT = Path(__file__).parents[3]
# As small as lets the interpreter live, so that each limit is reached in a moment. No other session
# has this address space: it stands in the command line, and tells whose process is left over.
LIMITS: Limits = SHARED.but(
    wall_s=2.0, cpu_s=5, memory_bytes=256 * MIB, address_bytes=1024 * MIB + os.getpid(),
    processes=16, tmp_bytes=32 * MIB, file_bytes=16 * MIB, flood_bytes=4 * MIB,
    kept_bytes=64 * 1024,
)  # fmt: skip


@pytest.fixture(scope="session")
def tier_a() -> None:
    """These tests need a bubblewrap that works; CI must have one."""
    _need("A")


@pytest.fixture(scope="session")
def tier_b() -> None:
    """These need Landlock."""
    _need("B")


def _need(tier: str) -> None:
    found = tiers.probe(tier)
    if not found.holds:
        sentence = f"tier {tier} does not hold here: {found.reason} {found.detail}"
        if os.environ.get("LAB_REQUIRE_SANDBOX") and tier == "A":
            pytest.fail(sentence)
        pytest.skip(sentence)


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What an attack may know of the outside."""
    import pyseccomp as lib

    groups = seccomp.DENIED | seccomp.DENIED_OUTSIDE
    names = {name for group in groups.values() for name in group} | {"clone", "socketpair"}
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(_open_folder()))
        secret = folder / "secret"
        secret.write_text("secret")
        secret.chmod(0o666)
        port = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        unix = stack.enter_context(socket.socket(socket.AF_UNIX))
        unix.bind(str(folder / "unix"))
        unix.listen()
        (folder / "unix").chmod(0o777)
        abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
        abstract.bind(f"\0lab-{os.getpid()}")
        abstract.listen()
        datagram = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        datagram.bind(str(folder / "datagram"))
        (folder / "datagram").chmod(0o777)
        server = stack.enter_context(
            subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        )
        stack.callback(server.kill)
        os.environ["LAB_SECRET"] = "LAB_SECRET"
        stack.callback(os.environ.pop, "LAB_SECRET")
        yield {
            "secret": str(secret),
            "home": os.environ["LAB_HOME"],
            "root": str(ROOT),
            "port": port.getsockname()[1],
            "unix": str(folder / "unix"),
            "datagram": str(folder / "datagram"),
            "abstract": f"lab-{os.getpid()}",
            "server": server.pid,
            "processes": LIMITS.processes,
            "tmp_bytes": LIMITS.tmp_bytes,
            "namespaces": {
                kind: str(Path(f"/proc/self/ns/{kind}").readlink())
                for kind in bubblewrap.NAMESPACES.values()
            },
            "calls": {name: lib.resolve_syscall(lib.Arch.NATIVE, name) for name in names},
        }


@contextlib.contextmanager
def _open_folder() -> Iterator[str]:
    """A folder that every user may enter and write: the sandbox must keep out by itself."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="lab-host-") as name:
        Path(name).chmod(0o777)
        yield name
