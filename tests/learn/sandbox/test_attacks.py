"""The attack corpus against the real sandbox: none succeeds, none outlives, none runs too long."""

import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from lesson_core import clock
from lesson_core.learn.judge import Case, Task, judge
from lesson_core.learn.sandbox.limits import MIB
from lesson_core.learn.sandbox.plan import plan
from lesson_core.learn.sandbox.run import Job, Outcome, Sandbox
from tests.learn.attacks.files import FILES
from tests.learn.attacks.grader import GRADER
from tests.learn.attacks.kernel import KERNEL
from tests.learn.attacks.memory import MEMORY
from tests.learn.attacks.network import NETWORK
from tests.learn.attacks.prelude import PRELUDE
from tests.learn.attacks.processes import ENDLESS, PROCESSES
from tests.learn.sandbox.conftest import LIMITS

OUTRIGHT = FILES | NETWORK | PROCESSES | KERNEL | MEMORY
# What the memory of processes may overshoot before the watchdog's next look: a fifth of a second.
OVERSHOOT = 128 * MIB
EXPECTED = "expected-answer-17e2c9"


def test_the_corpus_is_large() -> None:
    assert len(OUTRIGHT | ENDLESS | GRADER) >= 60


def attack(source: str, host: dict[str, Any], tier: str = "A") -> Outcome:
    return Sandbox(plan(tier, LIMITS)).run(Job(PRELUDE + source, "attack", ((host,),)))


def left_alive() -> list[str]:
    """Judged processes that are still there after a second."""
    stop = clock.now() + 1.0
    while True:
        found = [
            " ".join(process.info["cmdline"] or [])
            for process in psutil.process_iter(["cmdline", "status"])
            if str(LIMITS.address_bytes) in " ".join(process.info["cmdline"] or [])
            and process.info["status"] != psutil.STATUS_ZOMBIE
        ]
        if not found or clock.now() > stop:
            return found
        time.sleep(0.05)


def unharmed(host: dict[str, Any]) -> None:
    assert Path(host["secret"]).read_text() == "secret"
    assert psutil.pid_exists(host["server"])
    assert left_alive() == []


@pytest.mark.parametrize("name", sorted(OUTRIGHT))
@pytest.mark.usefixtures("tier_a")
def test_no_attack_succeeds(name: str, host: dict[str, Any]) -> None:
    start = clock.now()
    outcome = attack(OUTRIGHT[name], host)
    assert not (0 in outcome.answers and outcome.answers[0].value), outcome
    assert not outcome.left_behind
    assert outcome.peak_bytes < LIMITS.memory_bytes + OVERSHOOT
    assert outcome.wall_s < LIMITS.wall_s + 1.0
    assert clock.now() - start < LIMITS.wall_s + 20
    unharmed(host)


# What ends a whole run, or wants a writable folder, is left to the tier that runs each by itself.
BOMBS = {
    "fork_bomb", "fork_bomb_of_forks", "thread_bomb", "daemon", "deaf_daemon", "outliving_thread",
    "born_at_exit", "kill_everybody", "be_traced", "raise_limits", "old_calling_convention",
    "other_calling_convention", "endless_file_names", "open_files_without_end", "capabilities",
    "new_namespace_by_clone",
}  # fmt: skip
ALL_IN_ONE = """
def attack(host, source):
    names = dict(globals())
    exec(source, names)
    return bool(names["attack"](host))
"""


@pytest.mark.usefixtures("tier_b")
def test_no_attack_succeeds_behind_landlock(host: dict[str, Any]) -> None:
    names = sorted((FILES | NETWORK | PROCESSES | KERNEL).keys() - BOMBS)
    job = Job(PRELUDE + ALL_IN_ONE, "attack", tuple((host, OUTRIGHT[name]) for name in names))
    outcome = Sandbox(plan("B", LIMITS.but(wall_s=20))).run(job)
    assert outcome.cause == "done" and len(outcome.answers) == len(names) > 50
    assert [names[case] for case, answer in outcome.answers.items() if answer.value] == []
    unharmed(host)


@pytest.mark.parametrize("name", sorted(ENDLESS))
@pytest.mark.usefixtures("tier_a")
def test_the_wall_clock_holds(name: str, host: dict[str, Any]) -> None:
    outcome = attack(ENDLESS[name], host)
    complaint = outcome.complaint()
    assert outcome.cause == "time" and complaint is not None and complaint.code == "judge_time"
    assert outcome.wall_s < LIMITS.wall_s + 1.0
    unharmed(host)


@pytest.mark.parametrize("name", sorted(GRADER))
@pytest.mark.usefixtures("tier_a")
def test_wrong_code_is_never_called_right(name: str, host: dict[str, Any]) -> None:
    task = Task("solve", (Case((1,), EXPECTED),))
    verdict = judge(
        task, PRELUDE + GRADER[name], lambda job, torch: Sandbox(plan("A", LIMITS)).run(job)
    )
    assert not verdict.passed
    assert verdict.first is not None
    assert EXPECTED not in verdict.outcome.stdout + verdict.outcome.stderr
    unharmed(host)
