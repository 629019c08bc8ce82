"""Amdahl's law on a profile, forwards and backwards."""

from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem

PARTS = ("attention", "feed-forward", "head", "sampling", "tokenizer", "launches")
Profile = dict[str, float]


def profile(rng: Random) -> Profile:
    return {part: round(rng.uniform(0.5, 20.0), 3) for part in PARTS}


def some(rng: Random, count: int) -> Profile:
    return {part: round(rng.uniform(1.3, 6.0), 3) for part in rng.sample(PARTS, count)}


def hidden(rng: Random) -> tuple[Probe, ...]:
    slower = {**some(rng, 2), "head": 0.5}
    steep = {"feed-forward": 30.0, "attention": 9.0, "head": 5.0, "sampling": 2.0}
    named = [
        ("one", (profile(rng), some(rng, 1), 1.1)),
        ("several", (profile(rng), some(rng, 3), 1.2)),
        ("several", (profile(rng), some(rng, 4), 1.05)),
        ("slower", (profile(rng), slower, 1.15)),
        ("nothing", (profile(rng), {}, 1.2)),
        ("all", (profile(rng), dict.fromkeys(PARTS, 3.0), 1.3)),
        ("far", (steep, {"attention": 4.0}, round(rng.uniform(1.4, 2.5), 3))),
        ("near", (profile(rng), some(rng, 2), 1.0)),
    ]
    return tuple(Probe(Case(arguments), name) for name, arguments in named)


PROBLEM = Problem(
    id="amdahl",
    function="amdahl",
    visible=(
        Case(({"model": 70.0, "rest": 30.0}, {"model": 2.0}, 1.5)),
        Case(({"model": 70.0, "rest": 30.0}, {}, 1.6)),
    ),
    hidden=hidden,
)
