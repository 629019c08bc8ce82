"""The verdict on a learner's code: run in a sandbox, compared here.

The sandbox gets inputs. What is right stays in this process: stored with the case, computed by
the problem's own rule, or taken from the reference solution, which runs in a sandbox of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lesson_core.errors import LabError
from lesson_core.learn.compare import Tolerance, difference, shown
from lesson_core.learn.sandbox.run import Answer, Job, Outcome

Accept = Callable[[tuple[Any, ...], Any], LabError | None]
"""A rule instead of an answer: (arguments, value) → what is wrong, or None."""

WORK = ("judge_too_much", "judge_uncounted")  # said where the value itself is right

Run = Callable[..., Outcome]
"""`run(job, torch=…)`: a pool's, or a fresh sandbox's."""


@dataclass(frozen=True)
class Case:
    """One call: what goes in, and how to tell whether what comes out is right."""

    arguments: tuple[Any, ...]
    expected: Any = None
    accept: Accept | None = None
    at_most: Mapping[str, int] = field(default_factory=dict)  # "lines", "flops", or an operator


@dataclass(frozen=True)
class Task:
    """What a problem asks of the judge."""

    function: str
    cases: tuple[Case, ...]
    driver: str = ""
    count: str = ""
    torch: bool = False
    tolerance: Tolerance = Tolerance()  # noqa: RUF009  (frozen)


@dataclass(frozen=True)
class Verdict:
    """What the judge says: one entry per case, None where it is right."""

    outcome: Outcome
    ended: LabError | None  # why the run was stopped before its end
    problems: tuple[LabError | None, ...]

    @property
    def passed(self) -> bool:
        return self.ended is None and all(problem is None for problem in self.problems)

    @property
    def first(self) -> LabError | None:
        """The first thing to tell the learner."""
        return self.ended or next((p for p in self.problems if p is not None), None)


def judge(task: Task, code: str, run: Run) -> Verdict:
    """Run the code on every case and compare.

    Raises LabError when nothing ran: no sandbox, too busy, too long.
    """
    return weighed(task, run(_job(task, code), torch=task.torch))


def weighed(task: Task, outcome: Outcome) -> Verdict:
    """What a run's answers are worth."""
    early = outcome.answers.get(-1)
    if early is not None and early.error is not None:
        problem = complaint(early.error, task.function)
        if problem.code == "judge_call":  # nothing was called yet
            problem = LabError("judge_unreadable", **problem.values)
        return Verdict(outcome, outcome.complaint(), (problem,) * len(task.cases))
    problems = [_check(task, number, outcome) for number in range(len(task.cases))]
    return Verdict(outcome, outcome.complaint(), tuple(problems))


def _job(task: Task, code: str) -> Job:
    inputs = tuple(case.arguments for case in task.cases)
    return Job(code, task.function, inputs, task.driver, task.count)


def _check(task: Task, number: int, outcome: Outcome) -> LabError | None:
    case, answer = task.cases[number], outcome.answers.get(number)
    if answer is None:
        return LabError("judge_no_answer", case=number + 1)
    if answer.error is not None:
        return complaint(answer.error, task.function)
    if case.accept is not None:
        wrong = _accepted(case.accept, case.arguments, answer.value)
    else:
        wrong = difference(case.expected, answer.value, task.tolerance)
    return wrong or _too_much(case, answer)


def _accepted(accept: Accept, arguments: tuple[Any, ...], value: Any) -> LabError | None:
    """A rule's opinion; one that trips over the value has found it unfit."""
    try:
        return accept(arguments, value)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return LabError("judge_unfit", got=shown(value))


def _too_much(case: Case, answer: Answer) -> LabError | None:
    """Whether more was done than the problem allows; counted, never timed."""
    if not case.at_most:
        return None
    if answer.counts is None:
        return LabError("judge_uncounted")
    calls = answer.counts.get("calls", {})
    for what, limit in case.at_most.items():
        done = answer.counts.get(what, calls.get(what, 0) if isinstance(calls, dict) else None)
        if type(done) is not int or done < 0:
            return LabError("judge_uncounted")
        if done > limit:
            return LabError("judge_too_much", what=what, done=done, limit=limit)
    return None


def complaint(error: Mapping[str, Any], function: str) -> LabError:
    """An exception in learner code, as a sentence."""
    line = error["lines"][-1] if error["lines"] else 0
    said = {"type": error["type"], "message": error["message"], "line": line}
    if error["type"] == "NoFunction":
        return LabError("judge_no_function", name=function)
    if error["type"] == "SystemExit":
        return LabError("judge_quit", line=line)
    if error["type"] in ("SyntaxError", "IndentationError", "TabError"):
        return LabError("judge_syntax", **said)
    if error["type"] == "NotSendable":
        return LabError("judge_unsendable", message=error["message"])
    if error["limit"] in ("memory", "disk", "processes", "forbidden"):
        return LabError(f"judge_hit_{error['limit']}", **said)
    if not line:
        return LabError("judge_call", **said)
    return LabError("judge_raised" if error["message"] else "judge_raised_bare", **said)
