"""Puzzles out of coding problems: a known-wrong solution, and a call on which it fails.

Candidates are the sentences that the problems say about their known mistakes. Every problem on the
shelf takes part.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from random import Random

from lesson_core.errors import LabError
from lesson_core.learn import display
from lesson_core.learn.judge import WORK
from lesson_core.learn.problems import shelf
from lesson_core.learn.problems.grade import Key, alike, failing
from lesson_core.learn.problems.problem import Problem, load
from lesson_core.schema.question import Said

OFFERED = 6
SHORT = 600  # characters of a call that a person still reads
Named = tuple[str, str]  # a problem and one of its mistakes


@dataclass(frozen=True)
class Failure:
    """A call, what it should give and what it gave, as they are written, and the judge's words."""

    call: str
    expected: str
    got: str
    trouble: LabError


@cache
def every() -> tuple[Named, ...]:
    """All known mistakes of all problems."""
    return tuple((one.id, name) for one in shelf.every() for name in one.words.wrong)


def said(named: Named) -> Said:
    """The sentence about a mistake."""
    return next(one.words.wrong[named[1]] for one in shelf.every() if one.id == named[0])


def offered(key: Key, mistake: str, call: int | None, seed: int) -> list[Named]:
    """At most six, the right one among them, in the order of the seed.

    Mistakes of the same problem come first. One that answers the shown call in the same way is not
    offered; mistakes of other problems fill up.
    """
    problem = key.problem.id
    alikes = {name for name in key.known if call is not None and _same(key, call, name, mistake)}
    own = [(problem, name) for name in key.known if name not in {mistake, *alikes}]
    strange = [named for named in every() if named[0] != problem]
    draw = Random(f"offered {seed}")
    others = draw.sample(own, len(own)) + draw.sample(strange, len(strange))
    chosen = [(problem, mistake), *others[: OFFERED - 1]]
    return draw.sample(chosen, len(chosen))


def telling_call(key: Key, mistake: str) -> int | None:
    """The failing call on which the fewest other mistakes answer alike; short ones first.

    None where the code fails by the work it does, and not by what it returns.
    """
    known = key.known[mistake]
    wrong = [n for n in failing(known) if n in known.outcome.answers and _by_value(key, mistake, n)]

    def rank(call: int) -> tuple[bool, bool, int, int]:
        seen = failure(key, mistake, call)
        length = len(display.call("", key.task.cases[call].arguments, 10 * SHORT))
        same = sum(_same(key, call, name, mistake) for name in key.known if name != mistake)
        return seen.expected == seen.got, length > SHORT, same, length

    return min(wrong, key=rank, default=None)


def failure(key: Key, mistake: str, call: int) -> Failure:
    """What the learner sees of that call."""
    case, answer = key.task.cases[call], key.known[mistake].outcome.answers[call]
    error = answer.error
    got = f"{error['type']}: {error['message']}" if error else display.text(answer.value, SHORT)
    trouble = key.known[mistake].problems[call]
    assert trouble is not None  # else the call does not fail
    return Failure(display.call(key.task.function, case.arguments, SHORT),
                   display.text(case.expected, SHORT), got, trouble)  # fmt: skip


def _same(key: Key, call: int, one: str, other: str) -> bool:
    """Whether two known mistakes answer a call alike."""
    left, right = (key.known[name].outcome.answers.get(call) for name in (one, other))
    return left is None or right is None or alike(key.task, left, right)


def _by_value(key: Key, mistake: str, call: int) -> bool:
    """Whether what came back is wrong, apart from the work done for it."""
    found = key.known[mistake].problems[call]
    return found is not None and found.code not in WORK


def draw(seed: int, among: Iterable[Named] = ()) -> tuple[Problem, str]:
    """The problem and the mistake of this seed."""
    problem, mistake = Random(f"code {seed}").choice(list(among) or list(every()))
    return load(problem), mistake
