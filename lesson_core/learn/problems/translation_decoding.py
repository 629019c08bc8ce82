"""Greedy decoding of a translation, with a made-up model that the driver brings along."""

from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem


def words(rng: Random, count: int) -> list[int]:
    return [rng.randrange(2, 24) for _ in range(count)]


def hidden(rng: Random) -> tuple[Probe, ...]:
    """`seed % 3` is by how many tokens the model's translation is longer than its source."""
    seed = 3 * rng.randrange(10**6)
    long, short = rng.randrange(6, 10), rng.randrange(3, 6)
    likely = words(rng, long)
    named = [
        ("sentence", (seed, words(rng, long), words(rng, long), 40)),
        ("sentence", (seed + 1, words(rng, short), words(rng, short), 40)),
        ("longer", (seed + 2, words(rng, long), words(rng, long), 40)),
        ("wrong_reference", (seed + 1, likely, words(rng, long + 4), 40)),
        ("wrong_reference", (seed + 1, likely, words(rng, 2), 40)),
        ("right_reference", (MODEL, SOURCE, TARGET, 40)),
        ("limit", (seed, words(rng, long), words(rng, long), 4)),
        ("limit", (seed, words(rng, long), words(rng, long), 1)),
        ("exact", (seed + 1, likely, words(rng, long + 1), long + 1)),
        ("one", (seed + 2, words(rng, 1), words(rng, 3), 40)),
    ]
    return tuple(Probe(Case(arguments), name) for name, arguments in named)


MODEL, SOURCE, TARGET = 7, [5, 9, 12, 4], [6, 10, 6, 3, 17]  # what this model says to this source
PROBLEM = Problem(
    id="translation-decoding",
    function="translate",
    visible=(
        Case((MODEL, SOURCE, TARGET, 10)),
        Case((MODEL, SOURCE, [12, 9], 10)),
        Case((MODEL, SOURCE, TARGET, 2)),
    ),
    hidden=hidden,
)
