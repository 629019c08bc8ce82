"""The judged process: sets its limits, waits for one job, runs learner code on each case.

It knows inputs and no expected answers. What it reports, learner code could have forged, since
both live here; the parent therefore believes nothing but values that it compares itself.
"""

import errno
import json
import os
import resource
import sys
import traceback
import types
from collections.abc import Callable
from typing import Any

from lesson_core.learn import wire

YOURS = "<your code>"
DRIVER = "<driver>"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
MESSAGE, TRACE = 500, 12  # characters of a message, lines of a traceback


class Results:
    """The pipe to the keeper, one JSON object per line."""

    def __init__(self, fd: int) -> None:
        os.set_inheritable(fd, False)
        self._fd = fd
        self._write = os.write  # learner code may replace os.write for itself

    def say(self, **message: Any) -> None:
        data = memoryview(json.dumps(message).encode() + b"\n")
        while data:
            data = data[self._write(self._fd, data) :]


class Lines:
    """Counts executed lines of learner code: the same number each time, on every machine."""

    def __enter__(self) -> "Lines":
        self.counts: dict[str, Any] | None = None
        self._lines = 0
        sys.settrace(self._trace)
        return self

    def _trace(self, frame: types.FrameType, event: str, arg: object) -> Any:
        if frame.f_code.co_filename != YOURS:
            return None
        self._lines += event == "line"
        return self._trace

    def __exit__(self, *_: object) -> None:
        honest = sys.gettrace() == self._trace
        sys.settrace(None)
        self.counts = {"lines": self._lines} if honest else None


class Uncounted:
    """Where nothing is counted."""

    counts: dict[str, Any] | None = None

    def __enter__(self) -> "Uncounted":
        return self

    def __exit__(self, *_: object) -> None:
        pass


def main() -> None:
    settings = json.loads(sys.argv[1])
    results = Results(settings["results"])
    sys.argv = [YOURS]
    for name, bound in settings["rlimits"].items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            bound = min(bound, hard)
        # A second between the two: the soft limit ends the process by a signal that has a name.
        resource.setrlimit(kind, (bound, bound + 1 if name == "CPU" else bound))
    build: wire.Build = lambda array: array  # noqa: E731
    counters: dict[str, Callable[[], Any]] = {"": Uncounted, "lines": Lines}
    if settings["torch"]:
        from lesson_core.learn import judge_torch

        build, counters["torch"] = judge_torch.build, judge_torch.Counted
    results.say(ready=True)
    job = json.loads(sys.stdin.readline())
    sys.stdin = open(os.devnull)  # noqa: SIM115, PTH123  (stays open as long as the process)
    run(job, results, build, counters[job["count"]])
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # noqa: BLE001  (learner code may have closed or replaced it)
            continue
    results.say(done=True)


def run(job: dict[str, Any], results: Results, build: wire.Build, count: Callable[[], Any]) -> None:
    """Import the code, then call it once per case; each answer is said as soon as it is there."""
    learner = types.ModuleType("learner")
    learner.__file__ = YOURS
    sys.modules["learner"] = learner
    try:
        exec(compile(job["code"], YOURS, "exec"), learner.__dict__)  # what this process is for
        call = _driver(job, learner) if job["driver"] else getattr(learner, job["function"])
    except BaseException as error:  # noqa: BLE001  (SystemExit and KeyboardInterrupt too)
        results.say(case=-1, error=describe(error, job["function"]))
        return
    for number, case in enumerate(job["cases"]):
        try:
            arguments = wire.decode(case, build)
            with count() as counter:
                value = call(*arguments)
            results.say(case=number, value=wire.encode(value), counts=counter.counts)
        except wire.NotSendable as error:
            results.say(case=number, error={"type": "NotSendable", "message": str(error)})
        except BaseException as error:  # noqa: BLE001
            results.say(case=number, error=describe(error, job["function"]))


def _driver(job: dict[str, Any], learner: types.ModuleType) -> Callable[..., object]:
    """A problem's own way to use the code: `drive(learner, *arguments)`, for classes and chains."""
    names: dict[str, Any] = {}
    exec(compile(job["driver"], DRIVER, "exec"), names)
    drive = names["drive"]
    return lambda *arguments: drive(learner, *arguments)


def describe(error: BaseException, function: str) -> dict[str, Any]:
    """Type, message and the lines of the learner's own code; `limit` if a limit was the reason."""
    if isinstance(error, SyntaxError):
        lines = [error.lineno or 0]
    else:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno or 0 for frame in frames if frame.filename == YOURS]
    name = type(error).__name__
    if isinstance(error, AttributeError) and not lines and error.name == function:
        name = "NoFunction"
    try:
        # Python appends the file and the line to the text of a syntax error: we say the line.
        message = str(error.msg if isinstance(error, SyntaxError) else error)[:MESSAGE]
    except Exception:  # noqa: BLE001  (learner code wrote __str__)
        message = ""
    return {"type": name, "message": message, "lines": lines[-TRACE:], "limit": limit_of(error)}


def limit_of(error: BaseException) -> str:
    """Which limit an exception speaks of: memory, disk, processes, forbidden, or none ("")."""
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, OSError):
        if error.errno in FULL:
            return "disk"
        return {errno.EAGAIN: "processes", errno.EACCES: "forbidden"}.get(error.errno or 0, "")
    if isinstance(error, RuntimeError):
        text = str(error)
        if "can't start new thread" in text:
            return "processes"
        if "DefaultCPUAllocator" in text or "can't allocate memory" in text:
            return "memory"
    return ""
