"""An LRU cache whose calls cost the same however many entries there are."""

from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem

LINES = 30  # of learner code per call; a linked list written out takes about 15
Step = list[int]


def steps(rng: Random, calls: int, keys: int, puts: float = 0.4) -> list[Step]:
    """Random calls: `[key]` is a get, `[key, value]` a put."""
    drawn = [[rng.randrange(keys), rng.randrange(1, 1000)] for _ in range(calls)]
    return [step if rng.random() < puts else step[:1] for step in drawn]


def hidden(rng: Random) -> tuple[Probe, ...]:
    full = [[key, key + 100] for key in range(6)]
    over = [[rng.randrange(6), rng.randrange(1, 1000)] for _ in range(20)]
    over += [[9, 1], *([key] for key in range(6))]
    zeros = [[key, 0] for key in range(4)] + [[0], [1], [7, 0], [2], [0], [8, 3], [1], [0]]
    hot = [step for key in range(30) for step in ([key, key + 1], [0])]
    large = [[key, 1] for key in range(500)] + steps(rng, 600, 1500, puts=0.8)
    named = {
        "usual": (8, steps(rng, 300, 20)),
        "one": (1, steps(rng, 30, 3)),
        "overwritten": (6, full + over),
        "zeros": (4, zeros),
        "hot": (5, hot),
        "large": (500, large),
    }
    return tuple(
        Probe(Case((capacity, calls), at_most={"lines": LINES * len(calls)}), name)
        for name, (capacity, calls) in named.items()
    )


PROBLEM = Problem(
    id="lru-cache",
    function="LRUCache",
    visible=(
        Case((2, [[1, 10], [2, 20], [1], [3, 30], [2], [1]])),
        Case((2, [[1, 10], [2, 20], [1, 11], [3, 30]])),
    ),
    hidden=hidden,
    count="lines",
)
