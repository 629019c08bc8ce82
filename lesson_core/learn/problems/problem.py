"""A coding problem: its words, its files, and the calls that tell right from wrong.

`assets/problems/<id>/` holds what people read and write: `problem.yaml`, `starter.py`,
`reference.py`, `wrong/<mistake>.py`, and `driver.py` where a class or a chain of calls is judged.
The module named like the problem holds `PROBLEM`, its calls.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Literal

from lesson_core.errors import LabError
from lesson_core.learn import strict_yaml
from lesson_core.learn.compare import Tolerance
from lesson_core.learn.judge import Case, Task
from lesson_core.schema.plain import from_plain
from lesson_core.schema.question import Level, Said

FOLDER = Path(__file__).parents[3] / "assets" / "problems"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a learner reads; `problem.yaml`."""

    kind: Literal["write", "fix"]  # from a signature, or from a version that is wrong
    topic: str  # of assets/questions/topics.yaml
    level: Level
    lesson: str  # the page that measures what the problem is about
    sources: tuple[str, ...]  # of assets/questions/sources.yaml
    title: Said
    ask: Said  # Markdown: signature, shapes, units, what is promised about the input
    hints: tuple[Said, ...]  # each says more than the one before
    why: Said  # why the reference is as it is
    probes: dict[str, Said]  # what each hidden call looks at, by name
    wrong: dict[str, Said]  # what is wrong with wrong/<name>.py, said to whoever wrote the same
    rules: dict[str, Said] = field(default_factory=dict)  # sentences of `broken`


@dataclass(frozen=True)
class Probe:
    """A call, and the name of what it looks at; "" for one that the statement shows."""

    case: Case
    name: str = ""


@dataclass(frozen=True)
class Problem:
    """How code for one problem is judged.

    `visible` are the examples of the statement. `hidden` draws further calls from a seed: the same
    seed draws the same calls, so a verdict can be had again.
    """

    id: str
    function: str
    visible: tuple[Case, ...]
    hidden: Callable[[Random], tuple[Probe, ...]]
    count: str = ""  # "lines" or "torch", where calls carry `at_most`
    torch: bool = False
    tolerance: Tolerance = Tolerance()  # noqa: RUF009  (frozen)

    def probes(self, seed: int) -> tuple[Probe, ...]:
        """Every call of one run, the visible ones first."""
        shown = tuple(Probe(case) for case in self.visible)
        return shown + self.hidden(Random(seed))

    def task(self, seed: int) -> Task:
        """What the judge is given, without the expected values."""
        cases = tuple(probe.case for probe in self.probes(seed))
        driver = self.driver
        return Task(self.function, cases, driver, self.count, self.torch, self.tolerance)

    @property
    def folder(self) -> Path:
        return FOLDER / self.id

    @cached_property
    def words(self) -> Words:
        """The problem in both languages. Raises TypeError or ValueError where the file is wrong."""
        return from_plain(Words, strict_yaml.load(self.folder / "problem.yaml"))

    @property
    def driver(self) -> str:
        """How the code is used where one call is not enough: `drive(learner, *arguments)`."""
        path = self.folder / "driver.py"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @property
    def starter(self) -> str:
        return (self.folder / "starter.py").read_text(encoding="utf-8")

    @property
    def reference(self) -> str:
        return (self.folder / "reference.py").read_text(encoding="utf-8")

    @property
    def mistakes(self) -> dict[str, str]:
        """Known-wrong solutions by the name of what is wrong."""
        return {name: (self.folder / "wrong" / f"{name}.py").read_text(encoding="utf-8")
                for name in self.words.wrong}  # fmt: skip


def broken(rule: str, **values: float | int | str) -> LabError:
    """For an `accept` rule: the sentence `rules.<rule>` of the problem, its places filled."""
    return LabError("judge_rule", rule=rule, **values)


def load(problem_id: str) -> Problem:
    """The problem with this id; ModuleNotFoundError if there is none."""
    module = importlib.import_module(f"lesson_core.learn.problems.{problem_id.replace('-', '_')}")
    found: Problem = module.PROBLEM
    return found
