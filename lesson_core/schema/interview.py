"""The words of a mock interview: what somebody wishes for, and the list of what is asked."""

from dataclasses import dataclass
from typing import Literal, get_args

from lesson_core.schema.question import Level

Preset = Literal["ml", "systems", "scientist", "articles"]
PRESETS: tuple[Preset, ...] = get_args(Preset)
"""A role, or the fifteen questions of the articles."""

Minutes = Literal[15, 30, 45]
MINUTES: tuple[Minutes, ...] = get_args(Minutes)

Cause = Literal[
    "no_chunking", "prefix_lost", "batch_limit", "kv_full", "straggler", "more_load"
]  # fmt: skip
CAUSES: tuple[Cause, ...] = get_args(Cause)
"""What may have happened to a server whose p99 got worse (`serve.regression`)."""

Way = Literal["question", "chain", "project", "trace", "lesson"]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What kind of interview. The same seed and the same questions give the same interview."""

    preset: Preset
    level: Level
    minutes: Minutes
    seed: int


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that is asked.

    `name` by `way`: a question of the bank; a chain, with its `step`; an open question of the bank
    about one's own project; the cause of a regression; the lesson that answers an article's
    question. `seconds` is what it should take.
    """

    way: Way
    name: str
    seed: int
    seconds: int
    step: int = 0


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A speed-up measured on this machine, to be defended: times as fast, with its interval."""

    question: str  # of the bank, whose key it is
    value: float
    low: float
    high: float
