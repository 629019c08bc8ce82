"""Beam search: one beam for all, finished hypotheses kept aside, length in the election only."""

import math
from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem

Table = list[tuple[list[int], list[tuple[int, float]]]]  # prefix or last token, continuations
START, EOS = 0, 1


def model(rng: Random, tokens: int, ends: float) -> Table:
    """What follows each token, at random; `ends` weighs the end."""
    table: Table = []
    for last in (START, *range(2, tokens)):
        weights = {token: rng.uniform(0.05, 1.0) for token in range(2, tokens)}
        weights[EOS] = ends * rng.uniform(0.5, 1.5)
        whole = sum(weights.values())
        table.append(([last], [(t, round(math.log(w / whole), 6)) for t, w in weights.items()]))
    return table


def after(prefix: list[int], **logprobs: float) -> tuple[list[int], list[tuple[int, float]]]:
    """A row of a table, tokens written as t2=−0.5; `eos` for the end."""
    return prefix, [(EOS if name == "eos" else int(name[1:]), p) for name, p in logprobs.items()]


SHORT: Table = [
    after([0], t2=-0.5, eos=-1.0),
    after([2], t3=-0.25),
    after([3], t4=-0.25),
    after([4], eos=-0.25),
]
DETOUR: Table = [
    after([0], t2=-0.5, t3=-0.75),
    after([2], t4=-2.0, t5=-2.25),
    after([3], t6=-0.25, t7=-3.0),
    after([4], eos=-0.5),
    after([5], eos=-0.5),
    after([6], eos=-0.25),
    after([7], eos=-0.25),
]
EARLY: Table = [
    after([0], t2=-0.5, t3=-0.5, eos=-0.75),
    after([2], eos=-0.5, t3=-0.75),
    after([3], t3=-0.125, eos=-2.0),
]
TIES: Table = [
    after([0], t5=-1.0, t3=-1.0, t4=-1.0),
    after([3], eos=-0.5, t2=-0.5),
    after([4], t2=-0.5, eos=-0.5),
    after([5], eos=-0.5),
    after([2], eos=-0.5, t2=-0.5),
]


def equal_means(first: int, second: int) -> Table:
    """Two answers of different lengths, both with −0.5 a token."""
    return [
        ([START], [(first, -0.5), (second, -0.25)]),
        ([first], [(EOS, -0.5)]),
        ([second], [(4, -0.75)]),
        ([4], [(EOS, -0.5)]),
    ]


def hidden(rng: Random) -> tuple[Probe, ...]:
    def drawn(name: str, width: int, most: int, alpha: float, ends: float = 0.6) -> Probe:
        return Probe(Case((model(rng, 8, ends), START, EOS, width, most, alpha)), name)

    return (
        *(drawn("normal", 4, 9, 1.0) for _ in range(6)),
        Probe(Case((SHORT, START, EOS, 2, 6, 1.0)), "short"),
        Probe(Case((DETOUR, START, EOS, 2, 6, 1.0)), "detour"),
        Probe(Case((EARLY, START, EOS, 3, rng.randrange(4, 8), 1.0)), "early"),
        *(drawn("cut", 3, 5, 1.0, ends=0.1) for _ in range(2)),
        *(drawn("cut", 3, 4, 0.0, ends=0.4) for _ in range(3)),
        *(drawn("one", 1, 8, 1.0) for _ in range(2)),
        *(Probe(Case((TIES, START, EOS, width, 4, 1.0)), "ties") for width in (1, 2, 3)),
        Probe(Case((equal_means(2, 3), START, EOS, 2, 5, 1.0)), "ties"),
        Probe(Case((equal_means(3, 2), START, EOS, 2, 5, 1.0)), "ties"),
        *(drawn("alpha", 5, 10, 0.6, ends=1.0) for _ in range(4)),
    )


PROBLEM = Problem(
    id="beam-search",
    function="beam_search",
    visible=(
        Case((SHORT, START, EOS, 2, 6, 1.0)),
        Case((SHORT, START, EOS, 2, 6, 0.0)),
        Case((DETOUR, START, EOS, 1, 6, 1.0)),
    ),
    hidden=hidden,
)
