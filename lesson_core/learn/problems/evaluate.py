"""The loss of a small model over uneven batches, and the state in which the model is left."""

from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems import tensors
from lesson_core.learn.problems.problem import Probe, Problem
from lesson_core.learn.wire import Array

VOCAB, WIDTH = 7, 4
Batch = tuple[Array, Array]


def batch(rng: Random, *lengths: int, width: int = 0) -> Batch:
    """Random ids and targets: so many targets per row, filled up with 0 to the longest.

    Where there is room, the last id has no target: nothing follows it.
    """
    columns = max(width, *lengths)

    def rows(more: int) -> Array:
        sizes = [min(n + more, columns) for n in lengths]
        return tensors.ids([[rng.randrange(1, VOCAB) for _ in range(n)] + [0] * (columns - n)
                            for n in sizes])  # fmt: skip

    return rows(1), rows(0)


def case(rng: Random, *batches: Batch, training: bool = True, once: bool = False) -> Case:
    """A model whose scores are far from even, so that batches differ in loss."""
    table, head = tensors.normal(rng, VOCAB, WIDTH), tensors.normal(rng, WIDTH, VOCAB)
    return Case((table, head, training, list(batches), once))


def hidden(rng: Random) -> tuple[Probe, ...]:
    uneven = [batch(rng, *[9] * 6), batch(rng, 3)]
    padded = [batch(rng, 8, 3, 5), batch(rng, 2, 7)]
    nothing = [batch(rng, 4, 6), batch(rng, 0, width=5), batch(rng, 3)]
    many = [batch(rng, *(rng.randrange(2, 9) for _ in range(n))) for n in (1, 4, 2, 3)]
    return (
        Probe(case(rng, *uneven), "uneven"),
        Probe(case(rng, *padded), "padded"),
        Probe(case(rng, *nothing), "nothing"),
        Probe(case(rng, *many, training=False), "evaluating"),
        Probe(case(rng, *many, once=True), "stream"),
    )


TABLE = tensors.matrix([0.0, 0.0], [2.0, 0.0], [0.0, 1.0])
HEAD = tensors.matrix([0.0, 1.0, 0.0], [0.0, 0.0, 2.0])
LONG, SHORT = (tensors.ids([[1, 1, 2, 1]]), tensors.ids([[1, 2, 1, 0]])), (tensors.ids([[2]]),) * 2

PROBLEM = Problem(
    id="evaluate",
    function="evaluate",
    visible=(
        Case((TABLE, HEAD, False, [LONG], False)),
        Case((TABLE, HEAD, True, [LONG, SHORT], False)),
    ),
    hidden=hidden,
    torch=True,
)
