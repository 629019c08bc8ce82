"""From a learner's code to what to tell them: right, or which call, and which known mistake.

The reference and the known-wrong solutions run together in one sandbox, before the learner's run
and without their code: so a run costs one sandbox, and expected values never enter the learner's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lesson_core.learn.compare import difference
from lesson_core.learn.judge import Run, Task, Verdict, judge
from lesson_core.learn.problems.problem import Probe, Problem
from lesson_core.learn.sandbox.run import Answer, Job

OURS = """
def drive(learner, source, driver, *arguments):
    module = type(learner)("ours")
    exec(source, module.__dict__)
    if not driver:
        return getattr(module, {function!r})(*arguments)
    names = {{}}
    exec(driver, names)
    return names["drive"](module, *arguments)
"""


@dataclass(frozen=True)
class Key:
    """What is right for every call of a problem with one seed, and what known mistakes answer."""

    problem: Problem
    seed: int
    task: Task  # expected values filled in
    known: Mapping[str, tuple[Answer, ...]]  # by mistake, one answer per call


@dataclass(frozen=True)
class Grade:
    """The verdict, and in words what the first failing call looked at."""

    verdict: Verdict
    failed: Probe | None  # the first call that failed
    mistake: str = ""  # name of the known mistake that answers alike, "" if none does

    @property
    def passed(self) -> bool:
        return self.verdict.passed


def prepare(problem: Problem, seed: int, run: Run) -> Key:
    """Run the reference and the known mistakes on the calls of `seed`.

    Raises RuntimeError when the reference fails: that is the project's own mistake. Raises
    LabError when nothing could be run.
    """
    task = problem.task(seed)
    sources = {"": problem.reference, **problem.mistakes}
    calls = [(source, task.driver, *case.arguments)
             for source in sources.values() for case in task.cases]  # fmt: skip
    driver = OURS.format(function=task.function)
    job = Job("", task.function, tuple(calls), driver)
    outcome = run(job, torch=task.torch)
    if outcome.complaint() is not None:
        raise RuntimeError(f"{problem.id}: {outcome.cause} {outcome.stderr}")
    found = [outcome.answers.get(n, Answer(error={"type": "none"})) for n in range(len(calls))]
    size = len(task.cases)
    by_name = {name: tuple(found[n * size : (n + 1) * size]) for n, name in enumerate(sources)}
    right = by_name.pop("")
    for answer in right:
        if answer.error is not None:
            raise RuntimeError(f"reference of {problem.id}: {answer.error}")
    cases = tuple(replace(case, expected=answer.value)
                  for case, answer in zip(task.cases, right, strict=True))  # fmt: skip
    return Key(problem, seed, replace(task, cases=cases), by_name)


def grade(key: Key, code: str, run: Run) -> Grade:
    """Run the learner's code and compare.

    Raises LabError when nothing ran: no sandbox, too busy, too long.
    """
    verdict = judge(key.task, code, run)
    wrong = [n for n, problem in enumerate(verdict.problems) if problem is not None]
    if verdict.passed or not wrong:
        return Grade(verdict, None)
    probes = key.problem.probes(key.seed)
    return Grade(verdict, probes[wrong[0]], recognised(key, verdict, wrong))


def recognised(key: Key, verdict: Verdict, wrong: list[int]) -> str:
    """The known mistake that answers like this code on every call where it is wrong; or ""."""
    for name, answers in key.known.items():
        said = [verdict.outcome.answers.get(n) for n in wrong]
        if all(one is not None and alike(key.task, answers[n], one)
               for n, one in zip(wrong, said, strict=True)):  # fmt: skip
            return name
    return ""


def alike(task: Task, known: Answer, said: Answer) -> bool:
    """Whether two answers are the same value, or the same kind of exception."""
    if known.error is not None or said.error is not None:
        return bool(_kind(known) and _kind(known) == _kind(said))
    return difference(known.value, said.value, task.tolerance) is None


def _kind(answer: Answer) -> Any:
    return answer.error.get("type", "") if answer.error is not None else ""
