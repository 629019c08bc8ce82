"""Numbers as a puzzle writes them, and whether two tables can be told apart by what they write."""

import math
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Protocol

from lesson_core.schema.spot import Table

APART = 0.03
"""Two tables differ where a number differs by this much; less could pass for rounding or chance."""

TRIES = 200


class Scene(Protocol):
    """A module with one right function, six wrong ones, and the table that shows any of them."""

    WRONG: tuple[Callable[..., object], ...]
    VALUES: dict[str, float]

    @staticmethod
    def right(*given: object) -> object:
        """As it should be."""

    @staticmethod
    def table(function: object, seed: int) -> Table:
        """What it gives on the input of this seed."""


def number(value: float, digits: int = 2) -> str:
    """Fixed digits; nothing at all is written as 0, rounding included."""
    if math.isnan(value):
        return "nan"
    text = f"{value:.{digits}f}"
    return "0" if float(text) == 0 else text


def apart(one: Table, other: Table) -> bool:
    """Whether what they write differs clearly, in some cell."""
    return any(_differ(left, right) for left, right in zip(_cells(one), _cells(other), strict=True))


def clear_seed(scene: Scene, seed: int) -> int:
    """`seed`, or the next whose input tells the right function and all wrong ones apart.

    Raises ValueError where none of many does: then two of them are the same.
    """
    for tried in range(seed, seed + TRIES):
        tables = [scene.table(function, tried) for function in (scene.right, *scene.WRONG)]
        if all(apart(one, other) for one, other in combinations(tables, 2)):
            return tried
    raise ValueError(f"two of the mistakes of {scene} look alike")


def _cells(table: Table) -> Iterator[str]:
    for row in table.rows:
        yield from row
    yield from (text for _, text in table.told)


def _differ(left: str, right: str) -> bool:
    try:
        one, other = float(left), float(right)
    except ValueError:
        return left != right
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) != math.isnan(other)
    return abs(one - other) >= APART
