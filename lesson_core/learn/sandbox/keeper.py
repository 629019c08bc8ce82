"""`python -m lesson_core.learn.sandbox.keeper PLAN`: one process that keeps one sandbox.

It starts the judged process, hands it one job, watches the whole family, reads everything, kills
what has to be killed, and leaves one line of JSON on stdout. It has no thread and never blocks on
the judged process. When its own stdin ends, whoever wanted the answer is gone: then all ends.
"""

import contextlib
import json
import os
import resource
import selectors
import signal
import sys
from typing import Any

from lesson_core import clock
from lesson_core.learn.sandbox import enter, family, kernel, places
from lesson_core.learn.sandbox.plan import Plan, unpack

SHORTEST_S, LONGEST_S, IDLE_S = 0.002, 0.01, 1.0
SHARE = 2  # a pause is at least as long as two looks
CHUNK = 64 * 1024
READY, DONE = b'{"ready": true}\n', b'{"done": true}\n'


class Keeper:
    """The state of one run. `ended` is None while it goes on, then its cause."""

    def __init__(self, plan: Plan, child: enter.Child) -> None:
        self.plan, self.child = plan, child
        self.job = self.results = b""
        self.said: dict[int, bytearray] = {1: bytearray(), 2: bytearray()}
        self.flood = self.peak_bytes = self.most_processes = 0
        self.born_s, self.pause_s = clock.now(), SHORTEST_S
        self.began_s: float | None = None  # when the job was handed over
        self.ended: str | None = None
        self.pipes = selectors.DefaultSelector()
        out, err = child.process.stdout, child.process.stderr
        assert out is not None and err is not None
        for fd, what in ((0, 0), (out.fileno(), 1), (err.fileno(), 2), (child.results, 3)):
            os.set_blocking(fd, False)
            self.pipes.register(fd, selectors.EVENT_READ, what)

    def keep(self) -> None:
        """Until something ends the run."""
        while self.ended is None:
            self.read(self.pause_s if self.began_s is not None else IDLE_S)
            self.hand_over()
            start = clock.now()
            self.watch()
            # Memory can fill at gigabytes a second: look as often as looking is cheap.
            self.pause_s = min(LONGEST_S, max(SHORTEST_S, SHARE * (clock.now() - start)))

    def read(self, wait_s: float) -> bool:
        """One look at every pipe; whether any said something."""
        heard = False
        for key, _ in self.pipes.select(wait_s):
            data = b""
            with contextlib.suppress(BlockingIOError):
                data = os.read(key.fd, CHUNK)
            if not data:
                self.pipes.unregister(key.fd)
                if key.data == 0:
                    self.end("cancelled")
            else:
                heard = True
                self.take(key.data, data)
        return heard

    def take(self, what: int, data: bytes) -> None:
        limits = self.plan.limits
        if what == 0:
            self.job += data
        elif what == 3:
            self.results += data
            if len(self.results) > limits.result_bytes and self.plan.has("watch_results"):
                self.results = self.results[: limits.result_bytes]
                self.end("results")
            elif self.results.endswith(DONE):
                self.end("done")
        else:
            self.flood += len(data)
            room = limits.kept_bytes - sum(map(len, self.said.values()))
            self.said[what] += data[: max(0, room)]
            if self.flood > limits.flood_bytes and self.plan.has("watch_output"):
                self.end("output")

    def hand_over(self) -> None:
        """Give the job to a process that is ready for it."""
        ready = self.results.startswith(READY)
        if self.began_s is not None or not (ready and self.job.endswith(b"\n")):
            return
        self.began_s = clock.now()
        self.said, self.flood = {1: bytearray(), 2: bytearray()}, 0  # what imports had to say
        stdin = self.child.process.stdin
        assert stdin is not None
        with contextlib.suppress(BrokenPipeError):  # died meanwhile: watch() will see it
            stdin.write(self.job)
            stdin.close()

    def watch(self) -> None:
        limits, now = self.plan.limits, clock.now()
        if self.began_s is None:
            if not self.results and now - self.born_s > limits.start_s:
                self.end("not_started")
        else:
            used = family.use(limits.memory_bytes)
            self.peak_bytes = max(self.peak_bytes, used.memory_bytes)
            self.most_processes = max(self.most_processes, used.processes)
            if used.processes > limits.processes and self.plan.has("watch_processes"):
                self.end("processes")
            if used.memory_bytes > limits.memory_bytes and self.plan.has("watch_memory"):
                self.end("memory")
            if now - self.began_s > limits.wall_s and self.plan.has("watch_time"):
                self.end("time")
        if self.ended is None and self.child.process.poll() is not None:
            while self.read(0):
                pass
            self.end("exit" if self.began_s is not None else "not_started")

    def end(self, cause: str) -> None:
        self.ended = self.ended or cause

    def report(self) -> dict[str, Any]:
        """Kill, drain what is left in the pipes, and say what happened."""
        gone = family.end_all()
        while self.read(0):
            pass
        cause, code = str(self.ended), self.child.process.returncode
        if self.results.endswith(DONE) and cause == "exit":
            cause = "done"
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        return {
            "cause": cause if cause != "exit" else cause_of_exit(code or 0),
            "code": code,
            "wall_s": clock.now() - (self.began_s or self.born_s),
            "cpu_s": spent.ru_utime + spent.ru_stime,
            "peak_bytes": self.peak_bytes,
            "processes": self.most_processes,
            "results": self.results.removeprefix(READY).decode(errors="replace"),
            "stdout": self.said[1].decode(errors="replace"),
            "stderr": self.said[2].decode(errors="replace"),
            "dropped_bytes": self.flood - sum(map(len, self.said.values())),
            "left_behind": not gone,
        }


def cause_of_exit(code: int) -> str:
    """What an exit says; a signal comes as −n, or from within bubblewrap as 128 + n."""
    number = -code if code < 0 else code - 128
    if number == signal.SIGXCPU:
        return "time"
    if number == signal.SIGKILL:
        return "killed"
    return "crash" if 0 < number < 65 else "exit"


def main() -> None:
    plan = unpack(sys.argv[1])
    kernel.adopt_orphans()
    sealed = places.seal()
    limits = plan.limits.rlimits(enter.counted_already(plan))
    rlimits = {name: value for name, value in limits.items() if plan.has(f"limit_{name}")}

    def argument(fd: int) -> str:
        return json.dumps({"results": fd, "rlimits": rlimits, "torch": plan.torch})

    child = None
    try:
        child = enter.start(plan, sealed, argument)
        keeper = Keeper(plan, child)
        keeper.keep()
        report = keeper.report()
    except OSError as error:
        family.end_all()
        report = {"cause": "not_started", "stderr": f"{type(error).__name__}: {error}"}
    finally:
        places.unseal(sealed)
        if child is not None and child.scratch is not None:
            child.scratch.cleanup()
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
