"""Cards on sharing a model: what talking takes, and how long the stages wait."""

import random

from lesson_core.schema.question import Posed


def talk(seed: int) -> Posed:
    """Two all-reduces per layer, each a fixed time: their sum per token."""
    draw = random.Random(f"parallelism.talk:{seed}")
    layers = draw.choice((28, 32, 40, 64, 80, 126))
    each = draw.choice((9, 12, 15, 20, 25))  # µs
    return Posed(
        id="parallelism.talk",
        seed=seed,
        values={"layers": layers, "each_us": each, "calls": 2 * layers},
        answer=2 * layers * each / 1e3,
        unit="ms",
        rel_tol=0.02,
        slips={"one_per_layer": layers * each / 1e3, "once": each / 1e3},
    )


def bubble(seed: int) -> Posed:
    """(p − 1)/(m + p − 1) of all ranks' time, in per cent."""
    draw = random.Random(f"parallelism.bubble:{seed}")
    stages = draw.choice((2, 4, 8, 16))
    micro = stages * draw.choice((1, 2, 4)) + draw.choice((0, 1))
    return Posed(
        id="parallelism.bubble",
        seed=seed,
        values={"stages": stages, "micro": micro, "whole": micro + stages - 1,
                "waits": stages - 1},
        answer=100 * (stages - 1) / (micro + stages - 1),
        unit="%",
        rel_tol=0.02,
        slips={"of_useful": 100 * (stages - 1) / micro},
    )  # fmt: skip
