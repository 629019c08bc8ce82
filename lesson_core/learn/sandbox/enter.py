"""The way in: what happens between fork and exec, in the process that will hold learner code."""

import os
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lesson_core.learn.sandbox import bubblewrap, kernel, places
from lesson_core.learn.sandbox.plan import Plan

NOBODY = 65534
BEHIND = 3
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "USER": "learner",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "HF_HUB_OFFLINE": "1",
}
HARMLESS = [Path("/dev/null"), Path("/dev/zero"), Path("/dev/urandom"), Path("/proc/cpuinfo")]


@dataclass
class Child:
    """The started process and the pipes to it. `results` is a descriptor to read from."""

    process: subprocess.Popen[bytes]
    results: int
    scratch: tempfile.TemporaryDirectory[str] | None  # tier C's working folder


def start(plan: Plan, sealed: Path, argument: Callable[[int], str]) -> Child:
    """Start the judged process as `plan` says; `argument(fd)` is its one argument.

    Raises OSError when a measure cannot be taken: then nothing runs.
    """
    results, result_end = os.pipe()
    passed, scratch = [result_end], None
    environment = dict(ENVIRONMENT)
    if plan.tier == "A":
        program = bubblewrap.find()
        if program is None:
            raise FileNotFoundError("bubblewrap is not installed")
        fd = _pipe_with(plan.filter) if plan.has("filter") else None
        passed += [fd] if fd is not None else []
        inside = environment | {"HOME": "/tmp"}
        command = bubblewrap.command(program, sealed, plan.limits, inside, fd, plan.measures)
        command += places.command(bubblewrap.INSIDE, argument(result_end))
        # bubblewrap stays as process 1, where learner code can read its environment: none, then.
        environment, folder = {}, "/"
    else:
        command, folder = places.command(str(sealed), argument(result_end)), "/"
        if plan.tier == "C":
            scratch = tempfile.TemporaryDirectory(prefix="lab-run-")
            folder = scratch.name
            environment |= {"HOME": folder, "TMPDIR": folder}
    if not plan.has("clean_environment"):
        environment = dict(os.environ) | environment
    reason, reason_end = os.pipe()
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            pass_fds=passed, cwd=folder, env=environment, start_new_session=plan.tier != "A",
            preexec_fn=lambda: _enter(plan, sealed, reason_end),  # the keeper has one thread
        )  # fmt: skip
    except subprocess.SubprocessError as error:
        raise OSError(os.read(reason, 1000).decode(errors="replace")) from error
    finally:
        for end in (*passed, reason_end, reason):
            os.close(end)
    return Child(process, results, scratch)


def _pipe_with(data: bytes) -> int:
    """A descriptor that reads `data` and then ends; a filter is far below a pipe's 64 KiB."""
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    return reading


def _enter(plan: Plan, sealed: Path, reason: int) -> None:
    """Runs in the child. Whatever fails here ends the start; `reason` takes a line about it."""
    try:
        os.nice(BEHIND)  # behind the keeper, which must see in time what fills the memory
        if plan.tier != "C":
            _drop_rights(plan, sealed)
        kernel.die_with_parent()
    except BaseException as error:
        os.write(reason, f"{error}".encode() or b"?")
        raise


def _drop_rights(plan: Plan, sealed: Path) -> None:
    if os.getuid() == 0 and plan.has("own_uid"):
        places.open_up([*places.interpreter(), sealed])
        # First of all: the kernel counts processes per real user, and root's it does not count.
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS)
    if plan.tier == "B":
        if plan.has("landlock"):
            readable = [*places.system(), *places.interpreter(), sealed, *HARMLESS]
            kernel.restrict_files(readable, [Path("/dev/null")])
        if plan.has("filter"):
            kernel.install_filter(plan.filter)


def counted_already(plan: Plan) -> int:
    """Processes and threads of others that the kernel will count against this run."""
    if plan.tier == "A":
        return 0  # a user namespace has a count of its own
    import psutil  # slow to import, and the first tier does without

    user = NOBODY if plan.tier == "B" and os.getuid() == 0 else os.getuid()
    total = 0
    for process in psutil.process_iter(["uids", "num_threads"]):
        if process.info["uids"] and process.info["uids"].real == user:
            total += process.info["num_threads"] or 1
    return total
