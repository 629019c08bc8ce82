"""Cards on the steps of inference: the bound of a decode step, and KV bytes per token."""

import random

from lesson_core.schema.question import Posed


def decode(seed: int) -> Posed:
    """Weight bytes over bandwidth, in milliseconds."""
    draw = random.Random(f"inference-pipeline.decode:{seed}")
    params_b = draw.choice((1.7, 3.2, 7.2, 8.0, 13.0, 32.8, 70.6))
    precision, size = draw.choice((("bf16", 2), ("bf16", 2), ("fp32", 4)))
    bandwidth = draw.choice((100, 273, 546, 1008, 2039, 3350, 4800, 8000))
    weights = params_b * size  # GB
    answer = 1e3 * weights / bandwidth
    return Posed(
        id="inference-pipeline.decode",
        seed=seed,
        values={
            "params_b": f"{params_b:g}",
            "precision": precision,
            "bytes": size,
            "weights_gb": f"{weights:g}",
            "bandwidth_gbs": bandwidth,
        },
        answer=answer,
        unit="ms",
        slips={"no_bytes": answer / size, "bits": answer * 8, "rate": 1e3 / answer},
    )


def kv(seed: int) -> Posed:
    """2 × n_layers × n_kv_heads × d_head × 2 bytes."""
    draw = random.Random(f"inference-pipeline.kv:{seed}")
    layers = draw.choice((16, 24, 28, 32, 36, 40, 48, 80))
    kv_heads, group = draw.choice((2, 4, 8)), draw.choice((4, 5, 8))
    width = draw.choice((64, 128))
    answer = 2 * layers * kv_heads * width * 2
    return Posed(
        id="inference-pipeline.kv",
        seed=seed,
        values={
            "n_layers": layers,
            "n_heads": kv_heads * group,
            "n_kv_heads": kv_heads,
            "d_head": width,
        },
        answer=float(answer),
        unit="B",
        rel_tol=0.005,
        slips={
            "query_heads": float(answer * group),
            "half": answer / 2,
            "per_layer": answer / layers,
            "bits": float(answer * 8),
        },
    )
