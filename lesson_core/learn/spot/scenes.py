"""The scenes of “spot the bug”: six mistakes each, their words from `assets/spot/<scene>.yaml`.

A scene's functions stand in `module`: one named `right`, and one named like each mistake.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal, get_args

from lesson_core.learn import strict_yaml
from lesson_core.schema.plain import from_plain
from lesson_core.schema.question import Said
from lesson_core.schema.spot import OutputScene, TimingScene

FOLDER = Path(__file__).parents[3] / "assets" / "spot"
Kind = Literal["timing", "output", "code"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SCENES: dict[Kind, tuple[str, ...]] = {
    "timing": get_args(TimingScene), "output": get_args(OutputScene),
}  # fmt: skip
RIGHT = "right"


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """What a learner chooses, and what the trace says about it."""

    name: Said
    why: Said


@dataclass(frozen=True, kw_only=True)
class Scene:
    """`labels` are the words of the table; `lesson` is the page that explains the matter."""

    kind: Literal["timing", "output"]
    lesson: str
    module: str
    sources: tuple[str, ...]
    title: Said
    ask: Said
    labels: dict[str, Said]
    mistakes: dict[str, Mistake]


@cache
def scene(name: str) -> Scene:
    """The scene of this name. Raises TypeError or ValueError where its file is wrong."""
    return from_plain(Scene, strict_yaml.load(FOLDER / f"{name}.yaml"))


def order(names: tuple[str, ...], seed: int) -> list[str]:
    """Candidates in the order in which they are offered: another one per puzzle."""
    return Random(f"order {seed}").sample(names, len(names))
