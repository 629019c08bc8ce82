"""A server that collects requests into batches: what each waits, and how many are inside."""

from itertools import accumulate
from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem


def arrivals(rng: Random, count: int, gap: float) -> list[int]:
    """Arrivals of a Poisson process, in whole ms; the first not at 0."""
    return [round(time) + 5 for time in accumulate(rng.expovariate(1 / gap) for _ in range(count))]


def hidden(rng: Random) -> tuple[Probe, ...]:
    window = rng.randrange(12, 20)
    idle = [7 + 200 * n + rng.randrange(20) for n in range(4)]
    crowd = sorted([3] * rng.randrange(9, 14) + [rng.randrange(4, 9) for _ in range(5)])
    edge = [10, 10 + window, 11 + window, 400]
    named = [
        ("idle", (idle, 4, window, 20, 2)),
        ("crowd", (crowd, 4, window, 20, 2)),
        ("busy", (arrivals(rng, 20, 6.0), 8, window, 60, 1)),
        ("busy", (arrivals(rng, 20, 9.0), 32, window, 50, 3)),
        ("edge", (edge, 5, window, 9, 1)),
        ("tail", (arrivals(rng, 11, 4.0), 4, window, 10, 1)),
        ("no_window", ([0, *arrivals(rng, 15, 10.0)], 4, 0, 25, 2)),
        ("load", (arrivals(rng, 100, 4.0), 8, window, 20, 1)),
        ("load", (arrivals(rng, 100, 30.0), 8, 40, 20, 5)),
    ]
    return tuple(Probe(Case(arguments), name) for name, arguments in named)


PROBLEM = Problem(
    id="batch-wait",
    function="batch_server",
    visible=(
        Case(([0, 3, 50], 4, 10, 20, 1)),
        Case(([5, 6, 7, 8], 2, 100, 20, 1)),
    ),
    hidden=hidden,
)
