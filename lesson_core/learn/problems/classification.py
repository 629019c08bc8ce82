"""From logits to a label and a probability, whatever shape the logits come in."""

from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem

TOPICS = ["sport", "world", "business", "science", "体育"]
MOODS = ["negative", "positive"]


def row(rng: Random, size: int, scale: float = 3.0) -> list[float]:
    return [round(rng.gauss(0.0, scale), 4) for _ in range(size)]


def hidden(rng: Random) -> tuple[Probe, ...]:
    small = [[round(rng.uniform(0.05, 0.45), 4)], [round(-rng.uniform(0.05, 0.45), 4)]]
    ties = [[1.5, 0.5, 2.5, 2.5, -1.0], [0.0] * 5]
    large = [row(rng, 5, scale=2000.0), [value - 5000.0 for value in row(rng, 5)], [9000.0] * 5]
    named: list[tuple[str, list[list[float]] | list[float], list[str]]] = [
        ("batch", [row(rng, 5) for _ in range(7)], TOPICS),
        ("bare", row(rng, 5), TOPICS),
        ("row_of_one", [row(rng, 5)], TOPICS),
        ("single", [row(rng, 1) for _ in range(6)], MOODS),
        ("bare_single", [round(rng.uniform(0.6, 3.0), 4)], MOODS),
        ("unsure", small, MOODS),
        ("ties", ties, TOPICS),
        ("ties", [[0.0]], MOODS),
        ("large", large, TOPICS),
        ("large", [[-rng.uniform(2000, 9000)], [rng.uniform(2000, 9000)]], MOODS),
        ("none", [], MOODS),
    ]
    return tuple(Probe(Case((logits, labels)), name) for name, logits, labels in named)


PROBLEM = Problem(
    id="classification",
    function="classify",
    visible=(
        Case(([[1.0, 3.0, 2.0], [0.5, 0.0, -0.5]], ["sport", "world", "business"])),
        Case(([2.0, 1.0], MOODS)),
        Case(([[2.0], [-1.0]], MOODS)),
    ),
    hidden=hidden,
)
