"""Cards on the two regimes: the ridge point, and the batch at which arithmetic takes over."""

import random
from typing import Any

from lesson_core.schema.question import Posed

DEVICES = (
    (121, 300), (312, 2039), (362, 864), (148, 4000), (989, 3350), (989, 4800), (2250, 8000),
    (1307, 5300), (197, 819),
)  # fmt: skip
"""Dense bf16 TFLOP/s and GB/s of L4, A100, L40S, H20, H100, H200, B200, MI300X, TPU v5e."""


def ridge(seed: int, **given: Any) -> Posed:
    """Peak over bandwidth, FLOP per byte."""
    draw = random.Random(f"two-regimes.ridge:{seed}")
    tflops, bandwidth = draw.choice(DEVICES)
    tflops, bandwidth = given.get("tflops", tflops), given.get("bandwidth_gbs", bandwidth)
    answer = tflops * 1e3 / bandwidth
    return Posed(
        id="two-regimes.ridge",
        seed=seed,
        values={"tflops": tflops, "bandwidth_gbs": bandwidth},
        answer=answer,
        unit="FLOP/byte",
        slips={"inverse": 1 / answer, "bits": answer / 8},
    )


def batch(seed: int, **given: Any) -> Posed:
    """FLOP/s · bytes per weight / (2 · bandwidth)."""
    draw = random.Random(f"two-regimes.batch:{seed}")
    tflops, bandwidth = draw.choice(DEVICES)
    precision, size = draw.choice((("bf16", 2), ("int8", 1), ("bf16", 2)))
    bandwidth = given.get("bandwidth_gbs", bandwidth)
    if "bytes" in given:
        precision, size = {2: "bf16", 1: "int8"}[given["bytes"]], given["bytes"]
    answer = tflops * 1e3 * size / (2 * bandwidth)
    return Posed(
        id="two-regimes.batch",
        seed=seed,
        values={
            "tflops": tflops, "bandwidth_gbs": bandwidth, "precision": precision, "bytes": size,
            "ridge": f"{tflops * 1e3 / bandwidth:.3g}",
        },
        answer=answer,
        unit="",
        rel_tol=0.03,
        slips={"two_flop": answer * 2, "no_bytes": answer / size if size > 1 else answer * 4},
    )  # fmt: skip


def batch_rate(seed: int, **given: Any) -> Posed:
    """Tokens a second of a batch while weights and caches are read: B / ((W + B·KV) / BW)."""
    draw = random.Random(f"two-regimes.batch-rate:{seed}")
    bandwidth, weights = draw.choice(((3350, 16), (2039, 16), (4800, 28), (3350, 28), (864, 16)))
    users, cache = draw.choice((8, 16, 32)), draw.choice((0.25, 0.5, 1.0))
    users, cache = given.get("users", users), given.get("cache_gb", cache)
    step = (weights + users * cache) / bandwidth  # seconds
    return Posed(
        id="two-regimes.batch-rate",
        seed=seed,
        values={
            "bandwidth_gbs": bandwidth, "weights_gb": weights, "users": users,
            "cache_gb": f"{cache:g}", "read_gb": f"{weights + users * cache:g}",
            "step_ms": f"{1e3 * step:.3g}",
        },
        answer=users / step,
        unit="tok/s",
        slips={
            "one_sequence": 1 / step,
            "weights_each": 1 / ((weights + cache) / bandwidth),
            "no_cache_read": users * bandwidth / weights,
        },
    )  # fmt: skip


def group_intensity(seed: int) -> Posed:
    """FLOP per byte of attention in decode: 4·H·d·S over 2·K·d·S numbers."""
    draw = random.Random(f"two-regimes.group-intensity:{seed}")
    heads, kv_heads = draw.choice(((32, 8), (64, 8), (16, 8), (40, 8), (32, 32), (32, 1), (24, 8)))
    size = draw.choice((1, 2))
    context = draw.choice((1024, 4096, 16384))
    return Posed(
        id="two-regimes.group-intensity",
        seed=seed,
        values={
            "heads": heads, "kv_heads": kv_heads, "bytes": size, "context": context,
            "users": draw.choice((1, 8, 64)), "group": f"{heads / kv_heads:g}",
        },
        answer=2.0 * heads / kv_heads / size,
        unit="FLOP/B",
        rel_tol=0.03,
        slips={"one_flop": heads / kv_heads / size, "key_alone": 4.0 * heads / kv_heads / size},
    )  # fmt: skip
