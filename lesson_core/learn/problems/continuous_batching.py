"""One step of a continuous-batching scheduler: decode first, then admit in order of arrival."""

from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem

Sequences = list[tuple[str, int]]  # id, tokens
SIZE = 16  # tokens of a block


def running(rng: Random, count: int) -> Sequences:
    """Sequences that decode, about one in four of them at the edge of a block."""
    return [(f"r{n}", SIZE * rng.randrange(1, 30) + rng.choice((0, 3, 7, 12)))
            for n in range(count)]  # fmt: skip


def waiting(*prompts: int) -> Sequences:
    return [(f"w{n}", prompt) for n, prompt in enumerate(prompts)]


def drawn(rng: Random, count: int, low: int = 10, high: int = 400) -> Sequences:
    return waiting(*(rng.randrange(low, high) for _ in range(count)))


def hidden(rng: Random) -> tuple[Probe, ...]:
    edges = [(f"r{n}", SIZE * rng.randrange(1, 9)) for n in range(6)]
    some = running(rng, 5)
    fits = rng.randrange(3, 12) * SIZE
    named = {
        "idle": ([], drawn(rng, 6), 500, SIZE, 1024, 8),
        "tokens": (some, waiting(100, 200, 211 - len(some), 1), 900, SIZE, 512, 64),
        "blocks": (some, drawn(rng, 30), rng.randrange(40, 60), SIZE, 100_000, 64),
        "seats": (some, drawn(rng, 12), 9000, SIZE, 100_000, 9),
        "exact": ([], waiting(fits, 5, 40), fits // SIZE + 1, SIZE, 2048, 64),
        "long_head": (some, waiting(30, 1900, 20, 25), 400, SIZE, 1024, 64),
        "edges": (edges, waiting(33, 40, 20), 6 + 3 + 2, SIZE, 4096, 64),
        "quiet": (running(rng, 9), [], 80, SIZE, 512, 64),
        "random": (running(rng, 8), drawn(rng, 9), rng.randrange(40, 90), SIZE, 900, 12),
        "busy": (running(rng, 120), drawn(rng, 15, high=90), 150, SIZE, 400, 128),
    }
    return tuple(Probe(Case(state), name) for name, state in named.items())


PROBLEM = Problem(
    id="continuous-batching",
    function="schedule",
    visible=(
        Case(([("a", 5), ("b", 8)], [("c", 6), ("d", 4)], 10, 4, 32, 8)),
        Case(([("a", 5)], [("b", 40), ("c", 2)], 10, 4, 32, 8)),
        Case(([], [("a", 8), ("b", 9)], 4, 4, 32, 8)),
    ),
    hidden=hidden,
)
