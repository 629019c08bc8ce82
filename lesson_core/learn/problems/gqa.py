"""Attention in which query heads share key and value heads."""

from random import Random

from lesson_core.learn.compare import Tolerance
from lesson_core.learn.judge import Case
from lesson_core.learn.problems import tensors
from lesson_core.learn.problems.problem import Probe, Problem
from lesson_core.learn.wire import Array


def case(rng: Random, heads: int, groups: int, new: int, length: int, batch: int = 1) -> Case:
    q = tensors.normal(rng, batch, heads, new, 4)
    return Case((q, *(tensors.normal(rng, batch, groups, length, 4) for _ in "kv")))


def hidden(rng: Random) -> tuple[Probe, ...]:
    return (
        Probe(case(rng, 8, 2, 3, 3), "grouped"),
        Probe(case(rng, 4, 1, 3, 3, batch=2), "single"),
        Probe(case(rng, 3, 3, 4, 4), "ordinary"),
        Probe(case(rng, 6, 3, 1, 7, batch=2), "step"),
        Probe(case(rng, 4, 2, 3, 8), "chunk"),
    )


def ones(*shape: int) -> Array:
    return Array("torch", "float32", shape, (1.0,) * (shape[1] * shape[2]))


VALUES = Array("torch", "float32", (1, 2, 2, 1), (1.0, 3.0, 10.0, 30.0))

PROBLEM = Problem(
    id="gqa",
    function="attend",
    visible=(
        Case((ones(1, 4, 2, 1), ones(1, 2, 2, 1), VALUES)),
        Case((ones(1, 4, 1, 1), ones(1, 2, 2, 1), VALUES)),
    ),
    hidden=hidden,
    torch=True,
    tolerance=Tolerance(absolute=1e-5),
)
