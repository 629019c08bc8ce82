"""One run of learner code: a keeper process, one job for it, one outcome."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lesson_core import clock
from lesson_core.errors import LabError
from lesson_core.learn import wire
from lesson_core.learn.sandbox.plan import Plan, pack

ROOT = Path(__file__).parents[3]  # where `lesson_core` can be imported from
GRACE_S = 8.0  # beyond the wall limit: the keeper has died or hangs
LOOK_S = 0.05  # how soon a run hears that nobody wants it any more
REPORT_BYTES = 64 * 2**20  # the report's own bound; JSON may blow up what was kept sixfold
KILLS = {"time", "memory", "processes", "output", "results", "killed", "crash", "exit"}


@dataclass(frozen=True)
class Job:
    """Code, and the calls to make: `function(*case)`, or the driver's `drive(learner, *case)`."""

    code: str
    function: str
    cases: tuple[tuple[Any, ...], ...]
    driver: str = ""
    count: str = ""  # "lines" of Python, "torch" operators and FLOP, or nothing


@dataclass(frozen=True)
class Answer:
    """What one case came to: a value, or an error with the learner's own lines."""

    value: Any = None
    counts: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


@dataclass(frozen=True)
class Outcome:
    """What a run came to. `cause` is "done", or why it ended before."""

    cause: str
    answers: dict[int, Answer]  # by case; −1 is the import of the code
    stdout: str = ""
    stderr: str = ""
    dropped_bytes: int = 0
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_bytes: int = 0
    code: int | None = None
    left_behind: bool = False
    values: dict[str, Any] = field(default_factory=dict)

    def complaint(self) -> LabError | None:
        """Why the run was ended, as a sentence with a name; None if it came to its own end."""
        return LabError(f"judge_{self.cause}", **self.values) if self.cause in KILLS else None


class Sandbox:
    """A started sandbox, good for one run. Closing it ends everything in it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lesson_core.learn.sandbox.keeper", pack(plan)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def run(self, job: Job, stop: threading.Event | None = None) -> Outcome:
        """Hand over the job and wait for its outcome, for as long as the plan allows.

        `stop` ends it from another thread. Raises LabError when the code is too long, the sandbox
        did not start, or the run was stopped: then there is nothing to judge.
        """
        size = len(job.code.encode())
        if size > self.plan.limits.source_bytes:
            self.close()
            raise LabError("judge_source_long", bytes=size, limit=self.plan.limits.source_bytes)
        cases = [wire.encode(list(case)) for case in job.cases]
        line = {"code": job.code, "function": job.function, "driver": job.driver,
                "count": job.count, "cases": cases}  # fmt: skip
        assert self._process.stdin is not None
        try:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(json.dumps(line).encode() + b"\n")
                self._process.stdin.flush()
            report = self._report(stop or threading.Event())
        finally:
            self.close()
        return self._outcome(report)

    def _report(self, stop: threading.Event) -> dict[str, Any]:
        """The keeper's one line, or that there was none."""
        assert self._process.stdout is not None
        fd = self._process.stdout.fileno()
        limits = self.plan.limits
        until = clock.now() + limits.start_s + limits.wall_s + GRACE_S
        text = bytearray()
        while not text.endswith(b"\n") and len(text) < REPORT_BYTES:
            if stop.is_set():
                return {"cause": "cancelled"}
            if clock.now() < until and not select.select([fd], [], [], LOOK_S)[0]:
                continue
            data = os.read(fd, 2**16) if clock.now() < until else b""
            if not data:
                return {"cause": "not_started", "stderr": "the keeper said nothing"}
            text += data
        report: dict[str, Any] = json.loads(text)
        return report

    def _outcome(self, report: dict[str, Any]) -> Outcome:
        cause = report["cause"]
        if cause == "cancelled":
            raise LabError("judge_cancelled")
        if cause == "not_started":
            raise LabError("judge_not_started", reason=report.get("stderr", "").strip()[-300:])
        limits = self.plan.limits
        return Outcome(
            cause=cause,
            answers=answers(report["results"]),
            **{name: report[name] for name in (
                "stdout", "stderr", "dropped_bytes", "wall_s", "cpu_s", "peak_bytes", "code",
                "left_behind",
            )},
            values={
                "seconds": limits.wall_s,
                "mib": limits.memory_bytes // 2**20,
                "processes": limits.processes,
                "output_mib": limits.flood_bytes // 2**20,
                "result_mib": limits.result_bytes // 2**20,
                "status": report["code"],
            },
        )  # fmt: skip

    def close(self) -> None:
        """End the run and everything it started; the keeper does that when its stdin ends."""
        with contextlib.suppress(BrokenPipeError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        try:
            self._process.wait(timeout=GRACE_S)
        except subprocess.TimeoutExpired:  # then its sandbox dies with it
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def answers(lines: str) -> dict[int, Answer]:
    """What the judged process said, line by line; what makes no sense is left out.

    Learner code can write here too: the first answer to a case counts, and no answer means more
    than its value does when it is compared.
    """
    found: dict[int, Answer] = {}
    for line in lines.splitlines():
        try:
            said = json.loads(line)
            number = said["case"]
            if type(number) is not int or number in found:
                continue
            if "error" in said:
                found[number] = Answer(error=_error(said["error"]))
            else:
                counts = said["counts"] if isinstance(said["counts"], dict) else None
                found[number] = Answer(value=wire.decode(said["value"]), counts=counts)
        except (ValueError, KeyError, TypeError, RecursionError, wire.NotSendable):
            continue
    return found


def _error(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict) or not isinstance(said.get("lines", []), list):
        raise TypeError("not an error report")
    lines = [number for number in said.get("lines", []) if type(number) is int]
    texts = {name: str(said.get(name, ""))[:500] for name in ("type", "message", "limit")}
    # Half of a surrogate pair is a str that no UTF-8 can hold: it would break the page.
    clean = {name: text.encode(errors="replace").decode() for name, text in texts.items()}
    return {**clean, "lines": lines[:20]}
