"""Which sandbox this machine can give: tried out at start, shown, never guessed.

A tier counts only after code in it has looked for every way out and found none. Where neither A
nor B holds, a server that others can reach runs no learner code at all.
"""

import functools
import ipaddress
import os
import platform
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lesson_core.errors import LabError
from lesson_core.learn.sandbox import bubblewrap, kernel, seccomp
from lesson_core.learn.sandbox.limits import LAPTOP, SHARED, Limits
from lesson_core.learn.sandbox.plan import Plan, plan
from lesson_core.learn.sandbox.run import Job, Sandbox

# What the probe tries from inside; it returns the names of what it could do.
LOOK = """
import ctypes, os, signal, socket

def look(secret, project, server, environment, processes):
    open_ways = []

    def attempt(name, action):
        try:
            action()
        except OSError:
            return
        open_ways.append(name)

    attempt("files", lambda: open(secret).read())
    attempt("project", lambda: open(project).read())
    attempt("files", lambda: open(secret + ".new", "w").write("x"))
    attempt("network", lambda: socket.socket())
    attempt("signals", lambda: os.kill(server, 0))
    if set(os.environ) - set(environment):
        open_ways.append("environment")
    if ctypes.CDLL(None).prctl(21, 0, 0, 0, 0) != 2:
        open_ways.append("filter")
    if os.getuid() == 0:
        open_ways.append("root")
    try:  # also fails to stop where the kernel still takes us for root, whatever getuid says

        for _ in range(processes + 1):
            pid = os.fork()
            if pid == 0:
                signal.pause()
    except OSError:
        pass
    else:
        open_ways.append("processes")
    return open_ways
"""
FORBIDDEN = ("RTM_NEWADDR", "namespace", "uid map", "Operation not permitted", "No permissions")
NAMES = ("PATH", "LANG", "USER", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "CUDA_VISIBLE_DEVICES",
         "HF_HUB_OFFLINE", "HOME", "PWD", "LC_CTYPE")  # fmt: skip


@dataclass(frozen=True)
class Probe:
    """What trying a tier came to: "" if it holds, else why not."""

    reason: str = ""
    detail: str = ""

    @property
    def holds(self) -> bool:
        return not self.reason


@dataclass(frozen=True)
class Standing:
    """The tier that runs learner code here, or None; and what was found on the way."""

    tier: str | None
    shared: bool
    probes: Mapping[str, Probe]

    @property
    def limits(self) -> Limits:
        return SHARED if self.shared else LAPTOP

    def says(self) -> LabError:
        """What the learner should know about it: the badge of a tier, or why there is none."""
        if self.tier is not None:
            return LabError(f"judge_tier_{self.tier.lower()}")
        return LabError("judge_off" if self.shared else "judge_off_system")

    def reasons(self) -> list[LabError]:
        """For each stronger tier that does not hold: why, and the repair."""
        return [
            LabError(f"judge_why_{probe.reason}", tier=tier, detail=probe.detail)
            for tier, probe in self.probes.items()
            if not probe.holds
        ]

    def plan(self, *, torch: bool = False) -> Plan:
        """What a run gets. Raises LabError where nothing may run."""
        if self.tier is None:
            raise self.says()
        return plan(self.tier, self.limits, torch=torch)


def standing(address: str, environment: Mapping[str, str] = os.environ) -> Standing:
    """For a server that listens on `address`; `LAB_SHARED=1` says that others reach it anyway."""
    shared = environment.get("LAB_SHARED", "") not in ("", "0") or not is_loopback(address)
    return decide(shared, probes())


def decide(shared: bool, found: Mapping[str, Probe], system: str = os.name) -> Standing:
    """The strongest tier that holds. The weakest is for one's own code on one's own machine."""
    for tier in ("A", "B"):
        if found[tier].holds:
            return Standing(tier, shared, found)
    return Standing("C" if not shared and system == "posix" else None, shared, found)


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach the address; an empty one means every address."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


@functools.cache
def probes() -> Mapping[str, Probe]:
    """Both tiers, tried once per process. B is tried only where A does not hold."""
    first = probe("A")
    return {"A": first, "B": first if first.holds else probe("B")}


def probe(tier: str) -> Probe:
    """Start the tier as a learner's run would, and let it look for ways out."""
    if platform.system() != "Linux":
        return Probe("not_linux")
    if tier == "A" and bubblewrap.find() is None:
        return Probe("no_bwrap")
    if tier == "B" and kernel.landlock_abi() < kernel.LEAST_ABI:
        return Probe("no_landlock", str(kernel.landlock_abi()))
    with tempfile.TemporaryDirectory(prefix="lab-probe-") as folder:
        Path(folder).chmod(0o777)
        secret = Path(folder, "secret")
        secret.write_text("secret")
        secret.chmod(0o666)
        limits = SHARED.but(wall_s=5.0, start_s=15.0, processes=8)
        case = (str(secret), __file__, os.getpid(), list(NAMES), limits.processes)
        try:
            outcome = Sandbox(plan(tier, limits)).run(Job(LOOK, "look", (case,)))
        except seccomp.NoFilter as missing:
            return Probe("no_filter", str(missing))
        except LabError as refused:
            return _refused(str(refused.values.get("reason", refused)))
    answer = outcome.answers.get(0)
    if outcome.cause != "done" or answer is None or not isinstance(answer.value, list):
        return Probe("failed", str(answer.error if answer else outcome.cause))
    if answer.value or outcome.left_behind:
        return Probe("leaks", ", ".join(map(str, answer.value)))
    return Probe()


def _refused(said: str) -> Probe:
    """The reason in what a failed start said."""
    if "nknown option" in said:
        return Probe("old_bwrap", said)
    if "execvp" in said or "No such file" in said or "No module named" in said:
        return Probe("closed_interpreter", said)
    if any(mark in said for mark in FORBIDDEN):
        return Probe("forbidden", said)
    return Probe("failed", said)
