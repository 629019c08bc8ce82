"""Rotation of queries and keys by where they stand."""

from dataclasses import replace
from random import Random

from lesson_core.learn.compare import Tolerance
from lesson_core.learn.judge import Case
from lesson_core.learn.problems import tensors
from lesson_core.learn.problems.problem import Probe, Problem
from lesson_core.learn.wire import Array


def case(rng: Random, positions: list[int], *base: float, dtype: str = "float32") -> Case:
    """Random vectors of 8 for two heads at these positions."""
    x = replace(tensors.normal(rng, 1, 2, len(positions), 8), dtype=dtype)
    return Case((x, tensors.places(positions), *base))


def hidden(rng: Random) -> tuple[Probe, ...]:
    far = rng.randrange(900, 1900)
    apart = sorted(rng.sample(range(1, 300), 4))
    large = [n * 2 + 1 for n in rng.sample(range(1500, 3500), 4)]  # odd: bfloat16 holds none
    return (
        Probe(case(rng, [0, 1, 2, 3, 4]), "prompt"),
        Probe(case(rng, [far]), "cached"),
        Probe(case(rng, apart), "apart"),
        Probe(case(rng, [3, 40, far], 500_000.0), "base"),
        Probe(case(rng, large, dtype="bfloat16"), "coarse"),
    )


ONE = Array("torch", "float32", (1, 1, 1, 4), (1.0, 1.0, 0.0, 0.0))

PROBLEM = Problem(
    id="rope",
    function="rope",
    visible=(
        Case((ONE, tensors.places([0]))),
        Case((ONE, tensors.places([1]))),
        Case((ONE, tensors.places([157]))),
    ),
    hidden=hidden,
    torch=True,
    tolerance=Tolerance(relative=0.03, absolute=0.03),  # a few roundings of bfloat16
)
