"""Perplexity of a corpus that comes in batches: tokens weigh alike, padding weighs nothing."""

from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem

PAD = -100  # the label that PyTorch's cross-entropy leaves out
Batch = tuple[list[float], list[int]]


def batch(rng: Random, scored: int, padded: int = 0, level: float = 3.0) -> Batch:
    """Losses in nats around `level` and labels, the padded places among them."""
    labels = [rng.randrange(1000) for _ in range(scored)] + [PAD] * padded
    rng.shuffle(labels)
    return [round(rng.uniform(0.5, 1.5) * level, 4) for _ in labels], labels


def hidden(rng: Random) -> tuple[Probe, ...]:
    one = [batch(rng, 7)]
    uneven = [batch(rng, 60, level=2.0), batch(rng, 3, level=5.0), batch(rng, 11)]
    padded = [batch(rng, 5, 9), batch(rng, 8, 1, level=1.0)]
    empty = [batch(rng, 0, 4), batch(rng, 6)]
    many = [batch(rng, rng.randrange(1, 40), rng.randrange(8)) for _ in range(30)]
    named = {"one": one, "uneven": uneven, "padded": padded, "empty": empty, "many": many}
    return tuple(Probe(Case((batches,)), name) for name, batches in named.items())


PROBLEM = Problem(
    id="perplexity",
    function="perplexity",
    visible=(
        Case(([([2.0] * 4, [5, 9, 2, 7])],)),
        Case(([([2.0] * 10, [1] * 10), ([4.0], [3])],)),
        Case(([([1.5, 9.0], [8, PAD])],)),
    ),
    hidden=hidden,
)
