"""Cards on size and speed: where reading overtakes overhead, and what a ratio of sizes is worth."""

import random

from lesson_core.schema.question import Posed


def crossover(seed: int) -> Posed:
    """layers × overhead × bandwidth, in MB."""
    draw = random.Random(f"size.crossover:{seed}")
    layers, layer_us = draw.choice((8, 12, 16, 24, 32)), draw.choice((25, 40, 50, 80, 100))
    bandwidth = draw.choice((20, 40, 50, 100, 400))
    overhead_ms = layers * layer_us / 1e3
    return Posed(
        id="size.crossover",
        seed=seed,
        values={
            "layers": layers,
            "layer_us": layer_us,
            "bandwidth": bandwidth,
            "overhead_ms": f"{overhead_ms:g}",
        },
        answer=overhead_ms * bandwidth,
        unit="MB",
        rel_tol=0.02,
        slips={"one_layer": layer_us * bandwidth / 1e3},
    )


def ratio(seed: int) -> Posed:
    """(overhead + large) / (overhead + small), not large / small."""
    draw = random.Random(f"size.ratio:{seed}")
    bandwidth, overhead_ms = draw.choice((20, 25, 50, 100)), draw.choice((1, 2, 4))
    small_mb = bandwidth * draw.choice((1, 2, 3))
    large_mb = small_mb * draw.choice((5, 8, 10, 20))
    small_ms, large_ms = (overhead_ms + mb / bandwidth for mb in (small_mb, large_mb))
    return Posed(
        id="size.ratio",
        seed=seed,
        values={
            "small_mb": small_mb,
            "large_mb": f"{large_mb:,}",
            "overhead_ms": overhead_ms,
            "bandwidth": bandwidth,
            "small_ms": f"{small_ms:g}",
            "large_ms": f"{large_ms:g}",
        },
        answer=large_ms / small_ms,
        unit="×",
        rel_tol=0.02,
        slips={"no_overhead": large_mb / small_mb},
    )
