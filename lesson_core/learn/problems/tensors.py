"""Random tensors for the calls of problems, made without PyTorch: the web process has none."""

import math
from random import Random

from lesson_core.learn.wire import Array


def normal(rng: Random, *shape: int, scale: float = 1.0) -> Array:
    """Float32 of this shape, from a normal distribution around nothing.

    Six digits each, so that the JSON on the way in stays short.
    """
    flat = tuple(round(rng.gauss(0.0, scale), 6) for _ in range(math.prod(shape)))
    return Array("torch", "float32", shape, flat)


def integers(rng: Random, low: int, high: int, *shape: int) -> Array:
    """Int64 of this shape, each from `low` to `high` − 1."""
    flat = tuple(rng.randrange(low, high) for _ in range(math.prod(shape)))
    return Array("torch", "int64", shape, flat)


def floats(*rows: float) -> Array:
    """A float32 vector."""
    return Array("torch", "float32", (len(rows),), rows)


def ids(rows: list[list[int]]) -> Array:
    """Int64 [rows, columns] of these numbers; the rows are equally long."""
    return Array("torch", "int64", (len(rows), len(rows[0])), tuple(n for row in rows for n in row))


def matrix(*rows: list[float]) -> Array:
    """Float32 [rows, columns] of these numbers."""
    return Array(
        "torch", "float32", (len(rows), len(rows[0])), tuple(n for row in rows for n in row)
    )


def places(numbers: list[int]) -> Array:
    """An int64 vector of these numbers."""
    return Array("torch", "int64", (len(numbers),), tuple(numbers))
