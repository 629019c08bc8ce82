"""Judging beside the pages: keys ahead, a run that is watched, stopped, or refused."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lesson_core.errors import LabError
from lesson_core.learn.problems.problem import Problem, load
from lesson_core.learn.sandbox import tiers
from lesson_core.learn.sandbox.limits import SHARED
from lesson_core.learn.sandbox.plan import plan
from lesson_core.learn.sandbox.pool import Pool
from lesson_core.learn.sandbox.tiers import Probe, Standing, decide
from lesson_core.learn.workbench import RUNS, Judging, Workbench, trouble_of

SOON_S = 60.0  # nothing takes so long; a machine under load may


@pytest.fixture
def problem() -> Problem:
    return load("perplexity")


@pytest.fixture
def bench() -> Iterator[Workbench]:
    standing = tiers.standing("127.0.0.1")
    assert standing.tier is not None
    tier = standing.tier
    made = Workbench(standing, Pool(lambda torch: plan(tier, SHARED.but(wall_s=30.0), torch=torch)))
    yield made
    made.pool.close()


def judged(bench: Workbench, problem: Problem, code: str) -> Judging:
    said: list[Judging] = []
    judging = bench.start(problem, 1, code, said.append)
    assert judging.wait(SOON_S)
    assert said == [judging]
    return judging


def test_the_reference_passes_and_the_time_is_told(bench: Workbench, problem: Problem) -> None:
    found = judged(bench, problem, problem.reference)
    assert found.trouble is None and found.grade is not None and found.grade.passed
    assert found.took_s >= found.grade.verdict.outcome.wall_s


def test_a_key_is_computed_once_and_per_seed(bench: Workbench, problem: Problem) -> None:
    first = bench.open(problem, 1)
    assert first is not None and bench.open(problem, 1) is first
    assert bench.open(problem, 2) is not first
    assert first.result(SOON_S).task.cases[0].expected == pytest.approx(7.389, abs=1e-3)


def test_a_run_that_is_stopped_leaves_nothing_behind(bench: Workbench, problem: Problem) -> None:
    key = bench.open(problem, 1)
    assert key is not None
    key.result(SOON_S)
    judging = bench.start(problem, 1, "while True: pass", lambda _: None)
    assert not judging.wait(0.5)
    judging.cancel()
    assert judging.wait(10.0)
    assert judging.trouble is not None and judging.trouble.code == "judge_cancelled"
    assert judged(bench, problem, problem.reference).grade is not None  # its place is free again


def test_waiting_for_a_place_can_be_stopped() -> None:
    pool = Pool(lambda torch: plan("C", SHARED), at_once=1)
    assert pool._slots.acquire(blocking=False)
    stop = threading.Event()
    stop.set()
    with pytest.raises(LabError, match="judge_cancelled"):
        pool.run(Workbench.__init__, stop=stop)  # type: ignore[arg-type]  # never looked at


def test_a_problem_whose_own_solution_fails_is_told_and_tried_again(
    bench: Workbench, problem: Problem
) -> None:
    wrong = replace(problem, function="no_such_name")
    found = judged(bench, wrong, problem.reference)
    assert found.grade is None and found.trouble is not None
    assert found.trouble.code == "judge_reference"
    first = bench.key(wrong, 1)
    with pytest.raises(RuntimeError):
        first.result(SOON_S)
    assert bench.open(wrong, 1) is first and trouble_of(first) is not None
    assert bench.key(wrong, 1, again=True) is not first


def test_without_a_tier_nothing_starts(problem: Problem) -> None:
    none = Probe("no_bwrap")
    bench = Workbench(decide(True, {"A": none, "B": none}))
    assert bench.open(problem, 1) is None
    with pytest.raises(LabError, match="judge_off"):
        bench.start(problem, 1, problem.reference, lambda _: None)


def test_too_many_runs_are_refused_and_not_queued(problem: Problem) -> None:
    bench = Workbench(Standing("C", False, {}))
    for _ in range(RUNS):
        assert bench._room.acquire(blocking=False)
    with pytest.raises(LabError, match="judge_busy"):
        bench.start(problem, 1, "", lambda _: None)
