"""Which keys a query may see, when the queries are the last tokens of a longer text."""

from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem


def hidden(rng: Random) -> tuple[Probe, ...]:
    size, length = rng.randrange(4, 9), rng.randrange(10, 16)
    chunk, window = rng.randrange(3, 6), rng.randrange(2, 4)
    named = {
        "square": (size, size),
        "step": (1, length),
        "chunk": (chunk, length),
        "window": (size, size, window),
        "window_step": (chunk, length, window),
        "wide": (chunk, length, length + 3),
    }
    return tuple(Probe(Case(given), name) for name, given in named.items())


PROBLEM = Problem(
    id="causal-mask",
    function="causal_mask",
    visible=(Case((3, 3)), Case((1, 4)), Case((2, 4, 2))),
    hidden=hidden,
    torch=True,
)
