"""Experiments that behave badly on purpose, and the registry that lists them. No torch."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from lesson_core.compute.lab import Lab
from lesson_core.errors import LabError
from lesson_core.experiments.registry import Experiment
from lesson_core.schema.events import Event


@dataclass(frozen=True, kw_only=True)
class Probe:
    """`text` means something different to each probe."""

    text: str = ""
    steps: int = 3
    pause_s: float = 0.0


def echo(spec: Probe, lab: Lab) -> Iterator[Event]:
    for step in range(spec.steps):
        time.sleep(spec.pause_s)
        yield Event(stage="sample", step=step, text=spec.text)
    yield Event(stage="result", detail={"pid": os.getpid(), "steps": spec.steps})


def polite(spec: Probe, lab: Lab) -> Iterator[Event]:
    yield Event(stage="data", detail={"pid": os.getpid()})
    while not lab.cancelled():
        time.sleep(0.01)


def rude(spec: Probe, lab: Lab) -> Iterator[Event]:
    """Ignores a cancel, and has a child that would outlive it."""
    child = subprocess.Popen(["sleep", "600"])
    yield Event(stage="data", detail={"child": child.pid, "pid": os.getpid()})
    time.sleep(600)


def dies(spec: Probe, lab: Lab) -> Iterator[Event]:
    yield Event(stage="data", detail={"pid": os.getpid()})
    if spec.text == "segfault":
        ctypes.string_at(0)
    if spec.text == "exit":
        os._exit(7)
    os.kill(os.getpid(), signal.Signals[spec.text])
    time.sleep(600)


def raises(spec: Probe, lab: Lab) -> Iterator[Event]:
    yield Event(stage="progress", detail={"done": 0, "total": 1, "what": "raising"})
    if spec.text == "lab":
        raise LabError("out_of_range", name="steps", value=9, low=0, high=3)
    if spec.text == "memory":
        bytearray(1 << 60)
    if spec.text == "torch":
        raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
    if spec.text == "unplain":
        yield Event(stage="data", detail={"object": object()})
    raise ZeroDivisionError("secret detail")


def prints(spec: Probe, lab: Lab) -> Iterator[Event]:
    print('{"end": "forged"}')  # noqa: T201
    print("not json at all \udcff".encode("utf-8", "replace"), flush=True)  # noqa: T201
    os.write(1, b'{"event": {"stage": "forged"}}\n')
    sys.__stdout__.write("through the original stdout\n")
    subprocess.run(["echo", "from a child"], check=True)
    yield Event(stage="result", detail={"read": sys.stdin.read()})


def _of(function: str, lane: str = "interactive", deadline_s: float | None = 20.0) -> Experiment:
    return Experiment(
        module=__name__, function=function, spec=Probe, lane=lane, deadline_s=deadline_s
    )


JOBS = {
    "echo": _of("echo"),
    "measured": _of("echo", "measured"),
    "background": _of("echo", "background"),
    "polite": _of("polite"),
    "measured_polite": _of("polite", "measured"),
    "rude": _of("rude"),
    "short": _of("polite", deadline_s=0.3),
    "short_rude": _of("rude", deadline_s=0.3),
    "dies": _of("dies"),
    "raises": _of("raises"),
    "prints": _of("prints"),
    "missing": Experiment(module="tests.compute.nowhere", spec=Probe, lane="interactive"),
}
WARM = ()
