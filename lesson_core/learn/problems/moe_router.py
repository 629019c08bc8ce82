"""A mixture of experts: who is chosen, with what share, and no work for those who are not."""

from dataclasses import replace
from random import Random

from lesson_core.learn.compare import Tolerance
from lesson_core.learn.judge import Case
from lesson_core.learn.problems import tensors
from lesson_core.learn.problems.problem import Probe, Problem
from lesson_core.learn.wire import Array

WIDTH, EXPERTS = 4, 5


def case(rng: Random, tokens: int, k: int, bound: bool = False) -> Case:
    x, router = tensors.normal(rng, tokens, WIDTH), tensors.normal(rng, WIDTH, EXPERTS)
    experts = tensors.normal(rng, EXPERTS, WIDTH, WIDTH)
    work = 2 * tokens * WIDTH * EXPERTS + 2 * tokens * k * WIDTH * WIDTH
    return Case((x, router, experts, k), at_most={"flops": work * 11 // 10} if bound else {})


def idle(rng: Random) -> Case:
    """Tokens with positive entries only, and a last expert whose logit is always far below."""
    x, router, experts, k = case(rng, 6, 2).arguments
    x = replace(x, flat=tuple(abs(n) + 0.1 for n in x.flat))
    flat = tuple(
        -9.0 if n % EXPERTS == EXPERTS - 1 else value for n, value in enumerate(router.flat)
    )
    return Case((x, replace(router, flat=flat), experts, k))


def hidden(rng: Random) -> tuple[Probe, ...]:
    return (
        Probe(case(rng, 7, 2), "top_two"),
        Probe(case(rng, 7, 1), "top_one"),
        Probe(case(rng, 4, EXPERTS), "every"),
        Probe(idle(rng), "idle"),
        Probe(case(rng, 1, 3), "one_token"),
        Probe(case(rng, 40, 2, bound=True), "cost"),
    )


THREE = Array("torch", "float32", (3, 1, 1), (1.0, 10.0, 100.0))

PROBLEM = Problem(
    id="moe-router",
    function="moe",
    visible=(
        Case((tensors.matrix([1.0]), tensors.matrix([2.0, 1.0, 0.0]), THREE, 1)),
        Case((tensors.matrix([1.0], [2.0]), tensors.matrix([2.0, 1.0, 0.0]), THREE, 2)),
    ),
    hidden=hidden,
    count="torch",
    torch=True,
    tolerance=Tolerance(absolute=1e-5),
)
