"""Cards on the steps of inference: the bound of a decode step, and KV bytes per token."""

import random
from typing import Any

from lesson_core.schema.question import Posed
from lesson_core.theory import costs, tables

PRECISIONS = {4: "fp32", 2: "bf16", 1: "int8", 0.5: "int4"}  # by bytes


def decode(seed: int, **given: Any) -> Posed:
    """Weight bytes over bandwidth, in milliseconds."""
    draw = random.Random(f"inference-pipeline.decode:{seed}")
    params_b = draw.choice((1.7, 3.2, 7.2, 8.0, 13.0, 32.8, 70.6))
    precision, size = draw.choice((("bf16", 2), ("bf16", 2), ("fp32", 4)))
    bandwidth = given.get(
        "bandwidth_gbs", draw.choice((100, 273, 546, 1008, 2039, 3350, 4800, 8000))
    )
    if "bytes" in given:
        precision, size = PRECISIONS[given["bytes"]], given["bytes"]
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


def kv(seed: int, **given: Any) -> Posed:
    """2 × n_layers × n_kv_heads × d_head × 2 bytes."""
    draw = random.Random(f"inference-pipeline.kv:{seed}")
    layers = draw.choice((16, 24, 28, 32, 36, 40, 48, 80))
    kv_heads, group = draw.choice((2, 4, 8)), draw.choice((4, 5, 8))
    width = draw.choice((64, 128))
    kv_heads = given.get("n_kv_heads", kv_heads)
    heads = given.get("n_heads", kv_heads * group)
    answer = 2 * layers * kv_heads * width * 2
    return Posed(
        id="inference-pipeline.kv",
        seed=seed,
        values={
            "n_layers": layers,
            "n_heads": heads,
            "n_kv_heads": kv_heads,
            "d_head": width,
        },
        answer=float(answer),
        unit="B",
        rel_tol=0.005,
        slips={
            "query_heads": float(answer * heads // kv_heads),
            "half": answer / 2,
            "per_layer": answer / layers,
            "bits": float(answer * 8),
        },
    )


def weights_gib(seed: int) -> Posed:
    """Bytes of all weights in GiB."""
    draw = random.Random(f"inference-pipeline.weights-gib:{seed}")
    name = draw.choice(("Llama-3.1-8B", "Llama-3.1-70B", "Qwen3-14B", "Qwen3-4B", "Llama-2-13B"))
    precision, size = draw.choice((("fp32", 4), ("bf16", 2), ("int8", 1)))
    total = costs.total_parameters(tables.models()[name])
    return Posed(
        id="inference-pipeline.weights-gib",
        seed=seed,
        values={
            "model": name, "params": f"{total:,}", "precision": precision, "bytes": size,
            "gb": f"{total * size / 1e9:.2f}",
        },
        answer=total * size / 2**30,
        unit="GiB",
        rel_tol=0.01,
        slips={
            "gb_for_gib": total * size / 1e9,
            "bits": 8 * total * size / 2**30,
            **({"no_bytes": total / 2**30} if size > 1 else {}),
        },
    )  # fmt: skip


def prompt_flops(seed: int) -> Posed:
    """Milliseconds of a prompt: 2 FLOP per matmul parameter and token, over what is reached."""
    draw = random.Random(f"inference-pipeline.prompt-flops:{seed}")
    name, device = draw.choice((
        ("Llama-3.1-8B", "H100 SXM"), ("Llama-3.1-8B", "A100-80GB SXM"), ("Qwen3-14B", "H100 SXM"),
        ("Llama-3.2-3B", "L40S"), ("Qwen3-32B", "H200 SXM"),
    ))  # fmt: skip
    prompt, reached = draw.choice((500, 1000, 2000, 4000)), draw.choice((40, 50, 60))
    config, peak = tables.models()[name], tables.hardware()[device].flops["bf16"]
    layers = config.n_layers * sum(d_in * d_out for d_in, d_out in costs.matrices(config))
    flop = 2.0 * layers * prompt
    return Posed(
        id="inference-pipeline.prompt-flops",
        seed=seed,
        values={
            "model": name, "device": device, "layers_b": f"{layers / 1e9:.2f}", "prompt": prompt,
            "tflops": f"{peak / 1e12:,.0f}", "reached": reached, "tflop": f"{flop / 1e12:.3g}",
        },
        answer=1e3 * flop / (peak * reached / 100),
        unit="ms",
        rel_tol=0.03,
        slips={
            "one_flop": 5e2 * flop / (peak * reached / 100),
            "whole_peak": 1e3 * flop / peak,
            "one_token": 1e3 * flop / prompt / (peak * reached / 100),
        },
    )  # fmt: skip
