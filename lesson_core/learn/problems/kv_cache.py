"""Attention on chunks of a sequence: with a cache it must come to what it is without."""

from random import Random

from lesson_core.learn.compare import Tolerance
from lesson_core.learn.judge import Case
from lesson_core.learn.problems import tensors
from lesson_core.learn.problems.problem import Probe, Problem
from lesson_core.learn.wire import Array

WIDTH, HEADS = 8, 2


def case(rng: Random, batch: int, chunks: list[int], other: int = 0, bound: bool = False) -> Case:
    """A random layer and sequence, fed in these chunks; `other` tokens follow the first again."""
    x = tensors.normal(rng, batch, sum(chunks), WIDTH)
    weights = {name: tensors.normal(rng, WIDTH, WIDTH, scale=0.5) for name in "qkvo"}
    more = (tensors.normal(rng, batch, other, WIDTH),) if other else ()
    at_most = {"flops": 2 * flops(batch, chunks)} if bound else {}
    return Case((x, weights, HEADS, chunks, *more), at_most=at_most)


def flops(batch: int, chunks: list[int]) -> int:
    """Four projections of each token once; scores and sums over the length so far."""
    length, total = 0, 0
    for new in chunks:
        length += new
        total += 4 * 2 * new * WIDTH * WIDTH + 2 * 2 * new * length * WIDTH
    return batch * total


def hidden(rng: Random) -> tuple[Probe, ...]:
    return (
        Probe(case(rng, 2, [6]), "whole"),
        Probe(case(rng, 2, [4, 1, 1, 1]), "tokens"),
        Probe(case(rng, 1, [5, 3, 4]), "chunks"),
        Probe(case(rng, 1, [4, 1, 1], other=2), "fork"),
        Probe(case(rng, 1, [8] + [1] * 16, bound=True), "cost"),
    )


SEQUENCE = Array("torch", "float32", (1, 3, 2), (1.0, 0.0, 0.0, 1.0, 1.0, 1.0))

PROBLEM = Problem(
    id="kv-cache",
    function="attend",
    visible=(
        Case((SEQUENCE, dict.fromkeys("qkvo", tensors.matrix([1, 0], [0, 1])), 1, [3])),
        Case((SEQUENCE, dict.fromkeys("qkvo", tensors.matrix([1, 0], [0, 1])), 1, [2, 1])),
    ),
    hidden=hidden,
    count="torch",
    torch=True,
    tolerance=Tolerance(absolute=1e-5),
)
