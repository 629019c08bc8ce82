"""Nucleus sampling with the chance handed in, so that there is one right token."""

import math
from itertools import accumulate
from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems import tensors
from lesson_core.learn.problems.problem import Probe, Problem

VOCAB = 12
APART = 1e-3  # p and u keep this far from every running sum: rounding must not decide


def clear(logits: list[float], p: float, temperature: float, u: float) -> bool:
    """Whether p and u lie well between the running sums."""
    top = max(logits)
    weights = sorted((math.exp((n - top) / temperature) for n in logits), reverse=True)
    sums = list(accumulate(weights))
    sums = [n / sums[-1] for n in sums]
    size = 1 + sum(n < p for n in sums[:-1])
    limits = [*(n / sums[size - 1] for n in sums[: size - 1]), 1.0]
    far = [abs(n - p) for n in sums if p < 1.0] + [abs(n - u) for n in limits]
    return min(far) > APART


def case(rng: Random, p: float, temperature: float, low: float, high: float, top: float) -> Case:
    """Random logits around `top`, and a u between `low` and `high`, drawn until it is clear."""
    while True:
        logits = [round(top + rng.gauss(0.0, 1.5), 4) for _ in range(VOCAB)]
        u = round(rng.uniform(low, high), 4)
        if len(set(logits)) == VOCAB and (temperature == 0 or clear(logits, p, temperature, u)):
            return Case((tensors.floats(*logits), p, temperature, u))


def hidden(rng: Random) -> tuple[Probe, ...]:
    kinds = {  # p, temperature, u from, u to, about the largest logit
        "greedy": (0.9, 0.0, 0.2, 0.99, 0.0),
        "narrow": (0.02, 1.0, 0.1, 0.99, 0.0),
        "middle": (0.7, 1.0, 0.3, 0.9, 0.0),
        "tail": (0.8, 1.0, 0.93, 0.998, 0.0),
        "hot": (0.75, 1.8, 0.5, 0.95, 0.0),
        "all": (1.0, 1.0, 0.3, 0.99, 0.0),
        "large": (0.9, 1.0, 0.2, 0.9, 300.0),
    }
    found = [Probe(case(rng, *given), name) for name, given in kinds.items() for _ in range(5)]
    cold = [Probe(case(rng, 0.9, 0.5, 0.4, 0.95, 0.0), "hot") for _ in range(3)]
    return (*found, *cold)


THREE = tensors.floats(0.0, 2.0, 1.0)

PROBLEM = Problem(
    id="top-p",
    function="top_p",
    visible=(
        Case((THREE, 0.5, 1.0, 0.9)),
        Case((THREE, 0.9, 1.0, 0.8)),
        Case((THREE, 0.9, 0.0, 0.8)),
    ),
    hidden=hidden,
    torch=True,
)
