"""One worker process: `python -m lesson_core.compute.worker_main --registry … --lane …`.

Runs one job at a time in its main thread. A second thread reads commands, so that a cancel is
heard while a job computes; a third says each second that the process is alive. When the parent
goes away, stdin ends, and the worker ends itself with everything it started.
"""

import argparse
import contextlib
import importlib
import itertools
import logging
import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

from lesson_core.compute.protocol import BEAT_S, Message, Speaker, claim_stdio, unpack
from lesson_core.errors import LabError
from lesson_core.schema.events import Event
from lesson_core.schema.plain import from_plain, to_plain

log = logging.getLogger("lesson_core.worker")


class Inbox:
    """Commands from the parent: jobs wait in `jobs`, a cancel is visible at once."""

    def __init__(self, commands: BinaryIO) -> None:
        self.jobs: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._cancelled: set[str] = set()
        self._commands = commands

    def listen(self) -> None:
        """Read until the parent goes away, then end this process and its children."""
        for line in self._commands:
            message = unpack(line)
            if "cancel" in message:
                self._cancelled.add(message["cancel"])
            else:
                self.jobs.put(message)
        end_all()

    def cancelled(self, job_id: str) -> bool:
        """Whether the parent asked to stop this job."""
        return job_id in self._cancelled

    def forget(self, job_id: str) -> None:
        """The job has ended."""
        self._cancelled.discard(job_id)


def end_all() -> None:
    """Kill this process and, where it leads a process group, everything in it."""
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def beat(speaker: Speaker) -> None:
    """Say each second that this process is alive."""
    pause = threading.Event()
    for count in itertools.count():
        speaker.say({"beat": count})
        pause.wait(BEAT_S)


def run_job(message: Message, registry: Any, lab: Any, speaker: Speaker) -> Message:
    """Run one job to its end and return the end message."""
    job_id = message["run"]
    end: Message = {"end": job_id, "state": "done", "error": None, "retire": False}
    try:
        experiment = registry.JOBS[message["name"]]
        spec = from_plain(experiment.spec, message["spec"])
        function = getattr(importlib.import_module(experiment.module), experiment.function)
        speaker.say({"event": to_plain(Event(stage="started"))})
        with contextlib.closing(function(spec, lab)) as events:
            for event in events:
                speaker.say({"event": to_plain(event)})
                if lab.cancelled():
                    break
        if lab.cancelled():
            end["state"] = "cancelled"
    except LabError as problem:
        end |= {"state": "failed", "error": {"code": problem.code, "values": _values(problem)}}
    except Exception as problem:
        log.exception("job %s (%s) failed", job_id, message["name"])
        code = "memory_exhausted" if _is_memory(problem) else "worker_error"
        values = {} if code == "memory_exhausted" else {"kind": type(problem).__name__}
        # After a surprise nobody knows what state the process is in: it is not used again.
        end |= {"state": "failed", "error": {"code": code, "values": values}, "retire": True}
    return end


def _values(problem: LabError) -> dict[str, Any]:
    plain = (bool, int, float, str, type(None))
    return {k: v if isinstance(v, plain) else str(v) for k, v in problem.values.items()}


def _is_memory(problem: Exception) -> bool:
    text = str(problem).lower()
    return isinstance(problem, MemoryError) or (
        isinstance(problem, RuntimeError)
        and ("out of memory" in text or "can't allocate memory" in text)
    )


def _warm_up(modules: tuple[str, ...]) -> None:
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception:
            log.exception("could not import %s ahead of time", name)


def _offer_to_oom_killer() -> None:
    # Linux: when memory runs out, the kernel should take a worker, not the web process.
    score = Path("/proc/self/oom_score_adj")
    if score.exists():
        score.write_text("500")


def main() -> None:
    """Serve jobs until the parent goes away."""
    commands, answers = claim_stdio()
    parser = argparse.ArgumentParser()
    parser.add_argument("--registry", required=True)
    parser.add_argument("--lane", required=True)
    arguments = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(process)d %(levelname)s %(name)s %(message)s")
    speaker, inbox = Speaker(answers), Inbox(commands)
    threading.Thread(target=inbox.listen, daemon=True).start()
    threading.Thread(target=beat, args=(speaker,), daemon=True).start()
    _offer_to_oom_killer()
    registry = importlib.import_module(arguments.registry)
    if arguments.lane != "background":
        _warm_up(registry.WARM)
    serve(inbox, speaker, registry)


def serve(inbox: Inbox, speaker: Speaker, registry: Any) -> None:
    """Announce readiness, then take jobs one by one."""
    from lesson_core.compute.lab import Lab
    from lesson_core.compute.shelf import Shelf

    shelf = Shelf()
    speaker.say({"ready": os.getpid()})
    while True:
        message = inbox.jobs.get()
        job_id = message["run"]

        def cancelled(job_id: str = job_id) -> bool:
            return inbox.cancelled(job_id)

        end = run_job(message, registry, Lab(shelf=shelf, cancelled=cancelled), speaker)
        inbox.forget(job_id)
        speaker.say(end)


if __name__ == "__main__":
    main()
