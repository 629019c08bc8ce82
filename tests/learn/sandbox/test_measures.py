"""Each measure is needed: with all of them its probe finds nothing, without it the probe does."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from lesson_core import clock
from lesson_core.errors import LabError
from lesson_core.learn.sandbox import bubblewrap
from lesson_core.learn.sandbox.plan import MEASURES, plan
from lesson_core.learn.sandbox.run import Job, Outcome, Sandbox
from tests.learn.attacks.files import FILES
from tests.learn.attacks.kernel import KERNEL
from tests.learn.attacks.memory import MEMORY
from tests.learn.attacks.network import NETWORK
from tests.learn.attacks.prelude import PRELUDE
from tests.learn.attacks.processes import PROCESSES
from tests.learn.sandbox.conftest import LIMITS

# Compares a namespace with the one outside, which the host names.
NAMESPACE = "def attack(host): return os.readlink('/proc/self/ns/{0}') == host['namespaces']['{0}']"
# Measure → the attack that succeeds without it. Bombs are tested below, one by one.
PROBES: dict[str, str] = {
    name: NAMESPACE.format(kind) for name, kind in bubblewrap.NAMESPACES.items()
} | {
    "own_root": FILES["find_the_project"],
    "own_session": "def attack(host): return os.getsid(0) == 0",
    "root_read_only": FILES["write_to_the_root"],
    "devices_read_only": FILES["write_to_devices"],
    "tmp_bounded": FILES["fill_tmp"],
    "no_new_users": PROCESSES["new_user_namespace"],
    "own_uid": PROCESSES["fork_bomb"],
    "limit_NPROC": PROCESSES["fork_bomb"],
    "limit_AS": "def attack(host): return does(lambda: mmap.mmap(-1, 4 * 2**30))",
    "limit_FSIZE": FILES["one_huge_file"],
    "limit_NOFILE": FILES["open_files_without_end"],
    "limit_CORE": "def attack(host): return resource.getrlimit(resource.RLIMIT_CORE)[1] != 0",
    "limit_CPU": "def attack(host): return resource.getrlimit(resource.RLIMIT_CPU)[0] < 0",
    "filter": "def attack(host): return libc.prctl(21, 0, 0, 0, 0) != 2",
    "network": "def attack(host): return not refused(host, 'socket', -1, 0, 0)",
    "memory_files": MEMORY["memory_files"],
    "io_uring": NETWORK["by_io_uring"],
    "other_processes": PROCESSES["trace_another"],
    "keys": KERNEL["keys"],
    "kernel_programs": KERNEL["bpf"],
    "mounts": KERNEL["new_mount_calls"],
    "namespaces": "def attack(host): return not refused(host, 'unshare', 0)",
    "kernel_modules": KERNEL["module"],
    "shared_memory": MEMORY["system_v_shared"],
}

# What a watcher stops: (attack, cause of the end). Left alone, each comes to its own end.
WATCHED = {
    "watch_time": ("def attack(host): return not time.sleep(2.6)", "time"),
    "watch_memory": (
        """
def attack(host):
    for _ in range(4):
        if os.fork() == 0:
            held = bytearray(b'x') * (80 * 2**20)
            time.sleep(60)
    return not time.sleep(1)
""",
        "memory",
    ),
    "watch_output": (
        "def attack(host): return sum(os.write(1, bytes(2**16)) for _ in range(100)) > 0",
        "output",
    ),
    "watch_results": ("def attack(host): return 'x' * (2 * 2**20)", "results"),
}
# What tier B has besides: it shares files and processes with the server.
PROBES_B = {
    "landlock": FILES["read_a_secret"],
    "signals": "def attack(host): return not refused(host, 'kill', os.getpid(), 0)",
    "ranks": "def attack(host): return not refused(host, 'setpriority', 0, 0, 19)",
    "file_facts": "def attack(host): return not refused(host, 'fchmod', -1, 0)",
}
# Where two measures stop the same attack, the other one is left out in both runs.
BESIDES = {"no_new_users": {"namespaces"}}
APART = {"dies_with_parent", "clean_environment"}


def outcome(source: str, host: dict[str, Any], tier: str, without: set[str]) -> Outcome:
    what = plan(tier, LIMITS, without=frozenset(without))
    return Sandbox(what).run(Job(PRELUDE + source, "attack", ((host,),)))


def works(source: str, host: dict[str, Any], tier: str, without: set[str]) -> bool:
    found = outcome(source, host, tier, without)
    return 0 in found.answers and bool(found.answers[0].value)


def test_each_measure_has_its_probe() -> None:
    """Filter and limits are the same in every tier, and are probed in the first."""
    assert MEASURES["A"] == {*PROBES, *WATCHED, *APART}
    assert MEASURES["B"] - MEASURES["A"] == {*PROBES_B, "watch_processes"}
    assert MEASURES["C"] - MEASURES["A"] == {"watch_processes"}


@pytest.mark.parametrize("measure", sorted(PROBES))
@pytest.mark.usefixtures("tier_a")
def test_without_a_measure_its_probe_succeeds(measure: str, host: dict[str, Any]) -> None:
    besides = BESIDES.get(measure, set())
    if measure == "own_uid" and os.getuid() != 0:
        pytest.skip("nothing to drop: these tests do not run as root")
    assert not works(PROBES[measure], host, "A", besides)
    assert works(PROBES[measure], host, "A", {measure, *besides})


@pytest.mark.parametrize("measure", sorted(WATCHED))
@pytest.mark.usefixtures("tier_a")
def test_without_a_watcher_nothing_stops(measure: str, host: dict[str, Any]) -> None:
    source, cause = WATCHED[measure]
    stopped = outcome(source, host, "A", set())
    assert stopped.cause == cause
    complaint = stopped.complaint()
    assert complaint is not None and complaint.code == f"judge_{cause}"
    assert works(source, host, "A", {measure})


@pytest.mark.parametrize("measure", sorted(PROBES_B))
@pytest.mark.usefixtures("tier_b")
def test_tier_b_without_a_measure(measure: str, host: dict[str, Any]) -> None:
    assert not works(PROBES_B[measure], host, "B", set())
    assert works(PROBES_B[measure], host, "B", {measure})


def test_without_its_watcher_tier_c_has_no_bound_on_processes(host: dict[str, Any]) -> None:
    """Where the kernel counts all that the user runs, or nothing because that user is root."""
    source = """
def attack(host):
    for _ in range(host['processes'] + 5):
        if os.fork() == 0:
            time.sleep(60)
    return not time.sleep(0.5)
"""
    assert outcome(source, host, "C", {"limit_NPROC"}).cause == "processes"
    assert works(source, host, "C", {"limit_NPROC", "watch_processes"})


@pytest.mark.usefixtures("tier_a")
def test_a_clean_environment_is_needed(host: dict[str, Any]) -> None:
    """bubblewrap stays as process 1, and what it was started with can be read there."""
    source = PROCESSES["environment_of_process_1"]
    assert not works(source, host, "A", set())
    assert works(source, host, "A", {"clean_environment"})


@pytest.mark.parametrize("without", [set(), {"dies_with_parent"}])
@pytest.mark.usefixtures("tier_a")
def test_nothing_outlives_a_keeper_that_is_killed(without: set[str]) -> None:
    sandbox = Sandbox(plan("A", LIMITS.but(wall_s=30), without=frozenset(without)))
    keeper = psutil.Process(sandbox.pid)
    loop = Job("def attack():\n    while True: pass", "attack", ((),))

    def run() -> None:
        with contextlib.suppress(LabError):  # the keeper that should report is killed
            sandbox.run(loop)

    runs = threading.Thread(target=run)
    runs.start()
    assert _soon(lambda: _busy(keeper) > 0.2, 30.0)
    family = keeper.children(recursive=True)
    os.kill(sandbox.pid, signal.SIGKILL)
    gone = _soon(lambda: not any(process.is_running() for process in family))
    for process in family:
        if process.is_running():
            process.kill()
    runs.join()
    assert gone == (without == set())


def _busy(keeper: psutil.Process) -> float:
    """Seconds of CPU that the youngest process below the keeper has used."""
    family = keeper.children(recursive=True)
    with contextlib.suppress(psutil.Error, IndexError):
        return float(family[-1].cpu_times().user)
    return 0.0


def _soon(happens: Callable[[], bool], limit_s: float = 5.0) -> bool:
    stop = clock.now() + limit_s
    while clock.now() < stop:
        if happens():
            return True
        time.sleep(0.02)
    return False
