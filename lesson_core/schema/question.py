"""Questions of four kinds, and one posed instance of a numeric one, its answer computed.

The words of a question stand in `assets/questions/<lesson>.yaml`; `id` is "<lesson>.<name>" and
never changes, because answers are kept under it. Unknown keys are refused where the file is read.
"""

import math
import typing
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["L3", "L4", "L5", "L6"]
LEVELS: tuple[Level, ...] = typing.get_args(Level)
"""How far an answer goes, as interview loops grade it: a fresh graduate's to a staff engineer's."""

Values = dict[str, float | int | str]
"""What fills the placeholders of a text, by name."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One text in both languages."""

    en: str
    zh: str

    def __post_init__(self) -> None:
        if not (self.en.strip() and self.zh.strip()):
            raise ValueError(f"a text is empty in one language: {self}")


@dataclass(frozen=True, kw_only=True)
class _Question:
    """What every kind has: a stable id, a topic of topics.yaml, sources of sources.yaml."""

    id: str
    topic: str
    level: Level
    sources: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.sources:
            raise ValueError(f"{self.id} names no source")

    @property
    def lesson(self) -> str:
        """The page it belongs to."""
        return self.id.split(".")[0]

    @property
    def name(self) -> str:
        """What tells it from the others of its page."""
        return self.id.split(".")[1]


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A distractor: what somebody with this misconception says, and what is wrong with it."""

    text: Said
    diagnosis: Said


@dataclass(frozen=True, kw_only=True)
class Choice(_Question):
    """One right answer; `wrong` by the name of the misconception."""

    ask: Said
    right: Said
    why: Said
    wrong: dict[str, Wrong]

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.wrong) < 2:
            raise ValueError(f"{self.id} needs at least two distractors")


@dataclass(frozen=True, kw_only=True)
class Numeric(_Question):
    """A template: `lesson_core/learn/questions/<lesson>.py` has a function of its name that poses
    it; its words are the sections `card-<name>-ask` and `-solution` of the lesson file.
    """


@dataclass(frozen=True, kw_only=True)
class Measured(_Question):
    """Its key is read from the newest finished run of `job`, by the function of its name in
    `lesson_core/learn/measured/<lesson>.py`; a reply may be off by `rel_tol`, or by the noise.
    """

    job: str
    unit: str
    ask: Said
    solution: Said
    rel_tol: float = 0.1


@dataclass(frozen=True, kw_only=True)
class Open(_Question):
    """Answered in own words and rated by the learner: what each level says, and a model answer."""

    ask: Said
    rubric: dict[Level, Said]
    model: Said

    def __post_init__(self) -> None:
        super().__post_init__()
        if tuple(self.rubric) != LEVELS:
            raise ValueError(f"the rubric of {self.id} has {tuple(self.rubric)}, not {LEVELS}")


Question = Choice | Numeric | Measured | Open
KINDS: dict[str, type[Choice | Numeric | Measured | Open]] = {
    "choice": Choice, "numeric": Numeric, "measured": Measured, "open": Open,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a run says to a measured question, and where its true value may lie.

    `neutral` is the value without the effect that is asked for (1 for a ratio); where the interval
    covers it, there is nothing to ask. None where no such value exists.
    """

    value: float
    low: float
    high: float
    neutral: float | None = None
    values: Values = field(default_factory=dict)

    @property
    def askable(self) -> bool:
        """Whether the run tells the effect from its noise."""
        if not all(map(math.isfinite, (self.value, self.low, self.high))) or self.value <= 0:
            return False
        return self.neutral is None or not self.low <= self.neutral <= self.high


@dataclass(frozen=True, kw_only=True)
class Posed:
    """A question with its numbers drawn and its answer computed.

    `seed` reproduces the numbers. `values` fill the placeholders of the question and the solution.
    `rel_tol` is how far off a reply may be. `slips` are wrong answers with a known cause, by name.
    """

    id: str
    seed: int
    values: Values
    answer: float
    unit: str
    rel_tol: float = 0.02
    slips: dict[str, float] = field(default_factory=dict)
