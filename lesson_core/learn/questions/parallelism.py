"""Cards on sharing a model: what talking takes, and how long the stages wait."""

import random
from typing import Any

from lesson_core.schema.question import Posed
from lesson_core.theory import parallelism


def talk(seed: int, **given: Any) -> Posed:
    """Two all-reduces per layer, each a fixed time: their sum per token."""
    draw = random.Random(f"parallelism.talk:{seed}")
    layers = given.get("layers", draw.choice((28, 32, 40, 64, 80, 126)))
    each = given.get("each_us", draw.choice((9, 12, 15, 20, 25)))  # µs
    return Posed(
        id="parallelism.talk",
        seed=seed,
        values={"layers": layers, "each_us": each, "calls": 2 * layers},
        answer=2 * layers * each / 1e3,
        unit="ms",
        rel_tol=0.02,
        slips={"one_per_layer": layers * each / 1e3, "once": each / 1e3},
    )


def bubble(seed: int, **given: Any) -> Posed:
    """(p − 1)/(m + p − 1) of all ranks' time, in per cent."""
    draw = random.Random(f"parallelism.bubble:{seed}")
    stages = draw.choice((2, 4, 8, 16))
    micro = given.get("micro", stages * draw.choice((1, 2, 4)) + draw.choice((0, 1)))
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


def ring(seed: int) -> Posed:
    """Bytes each card sends per token in the all-reduces of a decode step, in kB."""
    draw = random.Random(f"parallelism.ring:{seed}")
    layers, width = draw.choice(((32, 4096), (80, 8192), (36, 4096), (64, 5120)))
    ranks = draw.choice((2, 4, 8))
    message = width * 2
    sent = 2 * layers * parallelism.ring_bytes(message, ranks)
    return Posed(
        id="parallelism.ring",
        seed=seed,
        values={
            "layers": layers, "width": width, "ranks": ranks, "message": message,
            "calls": 2 * layers, "others": ranks - 1,
        },
        answer=sent / 1e3,
        unit="kB",
        slips={
            "one_per_layer": sent / 2e3,
            **({"no_ring": 2 * layers * message / 1e3} if ranks > 2 else {}),
        },
    )  # fmt: skip


def replicated(seed: int, **given: Any) -> Posed:
    """KV bytes per token on one card, in KiB: heads are not cut, they are repeated."""
    draw = random.Random(f"parallelism.replicated:{seed}")
    layers, kv_heads, width = draw.choice(((32, 8, 128), (80, 8, 128), (28, 8, 128), (24, 2, 128)))
    cards = given.get("cards", draw.choice((2, 4, 8, 16)))
    heads = max(1, kv_heads // cards)
    whole = 2 * layers * kv_heads * width * 2
    return Posed(
        id="parallelism.replicated",
        seed=seed,
        values={
            "layers": layers, "kv_heads": kv_heads, "width": width, "cards": cards, "heads": heads,
        },
        answer=2 * layers * heads * width * 2 / 1024,
        unit="KiB",
        rel_tol=0.01,
        slips={"whole_cache": whole / 1024, "cut_heads": whole / cards / 1024}
        if cards > kv_heads else {"whole_cache": whole / 1024},
    )  # fmt: skip
