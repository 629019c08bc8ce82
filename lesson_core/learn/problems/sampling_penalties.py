"""Repetition, presence and frequency penalties on the logits of one sequence."""

from random import Random

from lesson_core.learn.compare import Tolerance
from lesson_core.learn.judge import Case
from lesson_core.learn.problems import tensors
from lesson_core.learn.problems.problem import Probe, Problem
from lesson_core.learn.wire import Array

VOCAB = 12


def drawn(rng: Random, count: int) -> Array:
    """Ids out of the lower two thirds of the vocabulary, so that some tokens never occur."""
    return tensors.integers(rng, 0, 8, count)


def hidden(rng: Random) -> tuple[Probe, ...]:
    def logits() -> Array:
        return tensors.normal(rng, VOCAB, scale=3.0)

    below = tensors.floats(*(round(rng.uniform(-9.0, -1.0), 4) for _ in range(VOCAB)))
    near = tensors.floats(*(round(rng.uniform(0.1, 0.9), 4) for _ in range(VOCAB)))
    nothing, fives = tensors.places([]), tensors.places([5] * 6 + [2])
    named = [
        ("all", (logits(), drawn(rng, 6), drawn(rng, 20), 1.3, 0.7, 0.2)),
        ("all", (logits(), drawn(rng, 9), drawn(rng, 12), 1.1, 0.4, 0.6)),
        ("negative", (below, drawn(rng, 5), drawn(rng, 5), 1.2, 0.0, 0.0)),
        ("often", (logits(), drawn(rng, 4), fives, 1.0, 0.5, 0.3)),
        ("prompt_only", (logits(), drawn(rng, 9), nothing, 1.25, 0.6, 0.4)),
        ("no_prompt", (logits(), nothing, drawn(rng, 9), 1.15, 0.3, 0.1)),
        ("across", (near, drawn(rng, 5), drawn(rng, 9), 1.5, 1.2, 0.5)),
        ("reward", (logits(), drawn(rng, 5), drawn(rng, 9), 0.9, -0.8, -0.3)),
        ("neutral", (logits(), drawn(rng, 5), drawn(rng, 9), 1.0, 0.0, 0.0)),
    ]
    return tuple(Probe(Case(arguments), name) for name, arguments in named)


FOUR = tensors.floats(2.0, -1.0, 0.5, 0.0)

PROBLEM = Problem(
    id="sampling-penalties",
    function="penalise",
    visible=(
        Case((FOUR, tensors.places([2]), tensors.places([0, 1]), 2.0, 0.0, 0.0)),
        Case((FOUR, tensors.places([2]), tensors.places([0, 0, 1]), 1.0, 0.5, 0.25)),
    ),
    hidden=hidden,
    torch=True,
    tolerance=Tolerance(absolute=1e-5),
)
