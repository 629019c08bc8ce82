"""From a learner's code to what to tell them: right, or which call, and which known mistake.

The reference and the known-wrong solutions run together in one sandbox, before the learner's run
and without their code: so a run costs one sandbox, and expected values never enter the learner's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lesson_core.learn.compare import difference
from lesson_core.learn.judge import Run, Task, Verdict, judge, weighed
from lesson_core.learn.problems.problem import Probe, Problem
from lesson_core.learn.sandbox.run import Answer, Job, Outcome

Answers = dict[int, Answer]  # by call

# Several solutions in one process: "load" takes source and driver, "call" the arguments of a call.
# Lines are counted as in a learner's run, which goes by the file's name.
OURS = """
import sys, types

ours = {{}}

def drive(learner, doing, name, *arguments):
    if doing == "call":
        return ours[name](*arguments)
    source, driver = arguments
    module = sys.modules["ours " + name] = types.ModuleType("ours " + name)
    exec(compile(source, "<your code>", "exec"), module.__dict__)
    names = {{"drive": lambda module, *given: getattr(module, {function!r})(*given)}}
    exec(driver, names)
    ours[name] = lambda *given: names["drive"](module, *given)
"""


@dataclass(frozen=True)
class Key:
    """What is right for every call of a problem with one seed, and what known mistakes answer."""

    problem: Problem
    seed: int
    task: Task  # expected values filled in
    known: Mapping[str, Verdict]  # by mistake


@dataclass(frozen=True)
class Grade:
    """The verdict, and in words what the first failing call looked at."""

    verdict: Verdict
    wrong: tuple[int, ...]  # the calls that failed; none where the code could not be imported
    failed: Probe | None  # the first of them, with what is right for it
    mistake: str = ""  # name of the known mistake that answers alike, "" if none does

    @property
    def passed(self) -> bool:
        return self.verdict.passed


def prepare(problem: Problem, seed: int, run: Run) -> Key:
    """Run the reference and the known mistakes on the calls of `seed`.

    Raises RuntimeError when the reference fails: that is the project's own mistake. Raises
    LabError when nothing could be run.
    """
    return keyed(problem, seed, together(problem, seed, problem.mistakes, run))


def together(
    problem: Problem, seed: int, others: Mapping[str, str], run: Run
) -> dict[str, Answers]:
    """The answers of the reference, by the name "", and of other solutions, from one sandbox.

    Raises RuntimeError where a solution is no Python or a call brings the sandbox down.
    """
    task = problem.task(seed)
    sources = {"": problem.reference, **others}
    loads = [("load", name, source, task.driver) for name, source in sources.items()]
    calls = [("call", name, *case.arguments) for name in sources for case in task.cases]
    driver = OURS.format(function=task.function)
    job = Job("", task.function, (*loads, *calls), driver, task.count)
    outcome = run(job, torch=task.torch)
    found = [outcome.answers.get(n) for n in range(len(loads) + len(calls))]
    for one, name in zip(found, sources, strict=False):
        if one is None or one.error is not None:
            raise RuntimeError(f"{problem.id}: {name or 'the reference'}: {one and one.error}")
    if outcome.complaint() is not None or None in found:
        raise RuntimeError(f"{problem.id}: {outcome.cause} {outcome.stderr[-300:]}")
    rest, size = iter(found[len(loads) :]), len(task.cases)
    return {name: {n: answer for n, answer in zip(range(size), rest, strict=False) if answer}
            for name in sources}  # fmt: skip


def keyed(problem: Problem, seed: int, found: Mapping[str, Answers]) -> Key:
    """The key in what `together` found. Raises RuntimeError when the reference fails."""
    task, right = problem.task(seed), found[""]
    for answer in right.values():
        if answer.error is not None:
            raise RuntimeError(f"reference of {problem.id}: {answer.error}")
    cases = tuple(replace(case, expected=right[n].value) for n, case in enumerate(task.cases))
    task = replace(task, cases=cases)
    known = {name: weighed(task, Outcome("done", answers))
             for name, answers in found.items() if name in problem.words.wrong}  # fmt: skip
    return Key(problem, seed, task, known)


def grade(key: Key, code: str, run: Run) -> Grade:
    """Run the learner's code and compare.

    Raises LabError when nothing ran: no sandbox, too busy, too long, cancelled.
    """
    return graded(key, judge(key.task, code, run))


def graded(key: Key, verdict: Verdict) -> Grade:
    """What to tell about a verdict."""
    wrong = failing(verdict)
    if not wrong or -1 in verdict.outcome.answers:
        return Grade(verdict, (), None)
    name = key.problem.probes(key.seed)[wrong[0]].name
    failed = Probe(key.task.cases[wrong[0]], name)
    return Grade(verdict, wrong, failed, recognised(key, verdict))


def failing(verdict: Verdict) -> tuple[int, ...]:
    """The numbers of the calls that are not right."""
    return tuple(n for n, problem in enumerate(verdict.problems) if problem is not None)


def recognised(key: Key, verdict: Verdict) -> str:
    """The known mistake that fails and answers like this code wherever that fails; or "".

    Where several do, the one that is right most often elsewhere.
    """
    wrong, said = failing(verdict), verdict.outcome.answers
    fitting = [name for name, known in key.known.items()
               if set(wrong) <= set(failing(known))
               and all(n in said and alike(key.task, known.outcome.answers[n], said[n])
                       for n in wrong)]  # fmt: skip
    return min(fitting, key=lambda name: len(failing(key.known[name])), default="")


def alike(task: Task, known: Answer, said: Answer) -> bool:
    """Whether two answers are the same value, or the same kind of exception."""
    if known.error is not None or said.error is not None:
        return bool(_kind(known) and _kind(known) == _kind(said))
    return difference(known.value, said.value, task.tolerance) is None


def _kind(answer: Answer) -> Any:
    return answer.error.get("type", "") if answer.error is not None else ""
