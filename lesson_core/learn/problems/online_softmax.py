"""Attention over keys that come in blocks, each seen once, in memory that is used again."""

from random import Random

from lesson_core.learn.compare import Tolerance
from lesson_core.learn.judge import Case
from lesson_core.learn.problems import tensors
from lesson_core.learn.problems.problem import Probe, Problem
from lesson_core.learn.wire import Array

WIDTH = 4


def case(rng: Random, keys: int, size: int, queries: float = 1.0) -> Case:
    """Random queries of this size, keys and values."""
    q = tensors.normal(rng, 3, WIDTH, scale=queries)
    return Case((q, *(tensors.normal(rng, keys, WIDTH) for _ in "kv"), size))


def ramp(rng: Random, *queries: float, step: float = 0.0) -> Case:
    """Queries of equal entries, keys around 1 that rise by `step`: scores near 2 × query × key."""
    keys = [[round(rng.uniform(0.9, 1.1) + step * n, 4) for _ in range(WIDTH)] for n in range(9)]
    q: Array = tensors.matrix(*([n] * WIDTH for n in queries))
    return Case((q, tensors.matrix(*keys), tensors.normal(rng, 9, WIDTH), 3))


def hidden(rng: Random) -> tuple[Probe, ...]:
    memory = case(rng, 20, 4)
    return (
        Probe(case(rng, 12, 4), "even"),
        Probe(case(rng, 9, 4), "uneven"),
        Probe(case(rng, 5, 8), "single"),
        Probe(ramp(rng, 1.0, 2.0, step=0.2), "rising"),
        Probe(case(rng, 10, 3, queries=150.0), "large"),
        Probe(ramp(rng, -100.0, -120.0), "negative"),
        Probe(ramp(rng, 100.0, -100.0, 1.0), "apart"),
        Probe(Case((*memory.arguments, True)), "memory"),
    )


PROBLEM = Problem(
    id="online-softmax",
    function="attend",
    visible=(
        Case((tensors.matrix([1.0], [0.0]), tensors.matrix([0.0], [0.0]),
              tensors.matrix([1.0], [3.0]), 1)),
        Case((tensors.matrix([1.0]), tensors.matrix([0.0], [2.0], [4.0]),
              tensors.matrix([1.0], [2.0], [3.0]), 2)),
    ),
    hidden=hidden,
    torch=True,
    tolerance=Tolerance(relative=1e-3, absolute=1e-4),  # scores in the hundreds, in float32
)  # fmt: skip
