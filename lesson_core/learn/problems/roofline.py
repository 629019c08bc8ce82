"""The roofline of operators that run one after the other: rate, time, and what binds each."""

from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem

H100 = (989.0, 3350.0)  # dense bf16 TFLOP/s, GB/s
Operator = tuple[int, int]


def operator(rng: Random, machine: tuple[float, float], times_ridge: float) -> Operator:
    """An operator whose intensity is so many times that of the machine's ridge point."""
    peak, bandwidth = machine
    moved = rng.randrange(10**6, 10**10)
    return round(moved * times_ridge * peak * 1e3 / bandwidth), moved


def hidden(rng: Random) -> tuple[Probe, ...]:
    own = (float(rng.randrange(20, 2000)), float(rng.randrange(100, 8000)))
    mixed = [operator(rng, own, 10 ** rng.uniform(-2.0, 2.0)) for _ in range(12)]
    mixed += [operator(rng, own, 0.01), operator(rng, own, 100.0)]
    copy = [operator(rng, H100, 3.0), (0, rng.randrange(10**6, 10**9))]
    near = [operator(rng, own, 0.97), operator(rng, own, 1.03)]
    decode = [(2 * weights, 2 * weights) for weights in rng.sample(range(10**6, 10**8), 6)]
    named = {"mixed": (mixed, own), "copy": (copy, H100), "near": (near, own),
             "decode": (decode, H100), "none": ([], own)}  # fmt: skip
    return tuple(Probe(Case((ops, *machine)), name) for name, (ops, machine) in named.items())


PROBLEM = Problem(
    id="roofline",
    function="roofline",
    visible=(
        Case(([(2 * 10**9, 10**9)], 100.0, 1000.0)),
        Case(([(4 * 10**12, 2 * 10**9)], 100.0, 1000.0)),
        Case(([(2 * 10**9, 10**9), (4 * 10**12, 2 * 10**9)], 100.0, 1000.0)),
    ),
    hidden=hidden,
)
