"""An MLP over several ranks: columns first, rows second, one sum at the end."""

from random import Random

from lesson_core.learn.compare import Tolerance
from lesson_core.learn.judge import Case
from lesson_core.learn.problems import tensors
from lesson_core.learn.problems.problem import Probe, Problem

WIDTH, INNER = 4, 8


def case(rng: Random, tokens: int, ranks: int) -> Case:
    weights = {
        "gate_up": tensors.normal(rng, WIDTH, 2 * INNER),
        "down": tensors.normal(rng, INNER, WIDTH),
        "bias": tensors.normal(rng, WIDTH),
    }
    return Case((tensors.normal(rng, tokens, WIDTH), weights, ranks))


def hidden(rng: Random) -> tuple[Probe, ...]:
    named = {"alone": (3, 1), "two": (2, 2), "four": (3, 4)}
    return tuple(Probe(case(rng, *sizes), name) for name, sizes in named.items())


SMALL = {
    "gate_up": tensors.matrix([1.0, 2.0, 10.0, 100.0], [0.0, 0.0, 0.0, 0.0]),
    "down": tensors.matrix([1.0, 0.0], [0.0, 1.0]),
    "bias": tensors.floats(0.5, 0.5),
}

PROBLEM = Problem(
    id="tensor-parallel-linear",
    function="shard",
    visible=(
        Case((tensors.matrix([1.0, 1.0]), SMALL, 1)),
        Case((tensors.matrix([1.0, 1.0]), SMALL, 2)),
    ),
    hidden=hidden,
    torch=True,
    tolerance=Tolerance(absolute=1e-5),
)
