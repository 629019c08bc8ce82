"""A linear layer whose tokens and weights are int8, with one scale per row of each."""

from random import Random

from lesson_core.learn.compare import Tolerance
from lesson_core.learn.judge import Case
from lesson_core.learn.problems import tensors
from lesson_core.learn.problems.problem import Probe, Problem
from lesson_core.learn.wire import Array


def rows(rng: Random, *scales: float, width: int = 16) -> Array:
    """Random rows, each of its own size; a row of size 0 is zeros."""
    return tensors.matrix(*([round(rng.gauss(0.0, s), 4) for _ in range(width)] for s in scales))


def low(rng: Random, n: int, width: int = 16) -> Array:
    """Rows with a negative entry that is far the largest by its absolute value."""
    found = [[round(rng.gauss(0.0, 1.0), 4) for _ in range(width)] for _ in range(n)]
    for row in found:
        row[rng.randrange(width)] = -9.0 - rng.randrange(4)
    return tensors.matrix(*found)


def hidden(rng: Random) -> tuple[Probe, ...]:
    def bias(n: int) -> Array:
        return tensors.normal(rng, n)

    given = {
        "plain": (rows(rng, 1, 2, 1), rows(rng, 0.2, 0.5, 0.3, 0.2), bias(4)),
        "long": (rows(rng, 1, 1, width=64), rows(rng, 0.1, 0.1, 0.1, width=64), bias(3)),
        "outlier": (rows(rng, 1, 100, 1), rows(rng, 0.3, 0.3, 5), bias(3)),
        "zeros": (rows(rng, 1, 0, 2), rows(rng, 0.4, 0, 0.2), bias(3)),
        "negative": (low(rng, 3), low(rng, 2), bias(2)),
    }
    return tuple(Probe(Case(arguments), name) for name, arguments in given.items())


PROBLEM = Problem(
    id="int8-linear",
    function="int8_linear",
    visible=(
        Case((tensors.matrix([1.0, -3.0]), tensors.matrix([127.0, 127.0]), tensors.floats(0.5))),
        Case((
            tensors.matrix([0.3, 1.0], [0.0, 0.0]),
            tensors.matrix([1.0, 0.6], [-1.0, 0.25]),
            tensors.floats(0.0, 1.0),
        )),
    ),
    hidden=hidden,
    torch=True,
    tolerance=Tolerance(absolute=1e-5),
)  # fmt: skip
