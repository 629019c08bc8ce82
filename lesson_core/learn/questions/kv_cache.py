"""Cards on the KV cache: its bytes, what fits, when it outgrows the weights, what it saves."""

import random
from typing import Any

from lesson_core.schema.question import Posed
from lesson_core.theory import costs, tables

MODELS = ("Llama-3.1-8B", "Llama-3.1-70B", "Qwen3-8B", "Qwen3-14B", "Qwen3-32B", "Llama-3.2-3B")
FITTING = (
    ("Llama-3.1-8B", "RTX 4090"), ("Llama-3.1-8B", "H100 SXM"), ("Qwen3-8B", "L40S"),
    ("Qwen3-14B", "L40S"), ("Qwen3-14B", "A100-80GB SXM"), ("Qwen3-32B", "H100 SXM"),
    ("Qwen3-32B", "H200 SXM"), ("Llama-3.2-3B", "RTX 4090"), ("Llama-3.2-3B", "L4"),
)  # fmt: skip
"""Models in bf16 and cards that hold them, with their caches."""
BF16 = 2  # bytes


def fit(seed: int, **given: Any) -> Posed:
    """Free memory over the bytes of one sequence, rounded down."""
    draw = random.Random(f"kv-cache.fit:{seed}")
    memory = draw.choice((24, 48, 80, 96, 141))
    weights = draw.choice((3, 8, 15, 16))
    kib = given.get("kv_kib", draw.choice((32, 64, 112, 128, 160)))
    context = given.get("context", draw.choice((2048, 4096, 8192)))
    sequence = context * kib * 1024  # bytes
    answer = (memory - weights) * 10**9 // sequence
    return Posed(
        id="kv-cache.fit",
        seed=seed,
        values={
            "memory_gb": memory,
            "weights_gb": weights,
            "kv_kib": kib,
            "context": f"{context:,}",
            "sequence_mb": f"{sequence / 1e6:,.0f}",
        },
        answer=float(answer),
        unit="",
        rel_tol=0.02,
        slips={"no_weights": float(memory * 10**9 // sequence)},
    )


def passes(seed: int) -> Posed:
    """N·P + N(N − 1)/2 token passes."""
    draw = random.Random(f"kv-cache.passes:{seed}")
    prompt = draw.choice((6, 10, 20, 40, 60))
    tokens = draw.choice((8, 10, 20, 50, 100))
    answer = tokens * prompt + tokens * (tokens - 1) // 2
    return Posed(
        id="kv-cache.passes",
        seed=seed,
        values={
            "prompt": prompt,
            "answer_tokens": tokens,
            "with_cache": prompt + tokens - 1,
        },
        answer=float(answer),
        unit="",
        rel_tol=0.0005,
        slips={
            "with_cache": float(prompt + tokens - 1),
            "prompt_only": float(tokens * prompt),
            "one_too_long": float(tokens * prompt + tokens * (tokens + 1) // 2),
        },
    )


def heads(seed: int) -> Posed:
    """KV bytes of one token with every query head kept (MHA), in KiB."""
    draw = random.Random(f"kv-cache.heads:{seed}")
    name = draw.choice(MODELS)
    config = tables.models()[name]
    grouped = costs.kv_bytes_per_token(config, BF16)
    group = config.n_heads // config.n_kv_heads
    return Posed(
        id="kv-cache.heads",
        seed=seed,
        values={
            "model": name, "n_layers": config.n_layers, "n_heads": config.n_heads,
            "n_kv_heads": config.n_kv_heads, "d_head": config.d_head, "group": group,
            "grouped_kib": f"{grouped / 1024:,.0f}",
        },
        answer=grouped * group / 1024,
        unit="KiB",
        rel_tol=0.01,
        slips={
            "kept_grouped": grouped / 1024,
            "key_only": grouped * group / 2 / 1024,
            "one_head": grouped / config.n_kv_heads / 1024,
        },
    )  # fmt: skip


def outgrows(seed: int) -> Posed:
    """Tokens whose keys and values weigh as much as the weights, all in bf16."""
    draw = random.Random(f"kv-cache.outgrows:{seed}")
    name, users = draw.choice(MODELS), draw.choice((8, 16, 32, 64))
    config = tables.models()[name]
    weights = costs.weight_bytes(config, BF16)
    token = costs.kv_bytes_per_token(config, BF16)
    return Posed(
        id="kv-cache.outgrows",
        seed=seed,
        values={
            "model": name, "users": users, "weights_gb": f"{weights / 1e9:.2f}",
            "kv_kib": f"{token / 1024:,.0f}", "all_tokens": f"{weights / token:,.0f}",
        },
        answer=weights / token / users,
        unit="",
        rel_tol=0.03,
        slips={"all_of_them": weights / token},
    )  # fmt: skip


def cache_time(seed: int) -> Posed:
    """Milliseconds that reading one sequence's keys and values adds to a step."""
    draw = random.Random(f"kv-cache.cache-time:{seed}")
    name, device = draw.choice(FITTING)
    context = draw.choice((4096, 8192, 16384, 32768))
    config, bandwidth = tables.models()[name], tables.hardware()[device].bandwidth
    cache = costs.kv_bytes(config, context, BF16)
    return Posed(
        id="kv-cache.cache-time",
        seed=seed,
        values={
            "model": name, "device": device, "context": context,
            "kv_kib": f"{costs.kv_bytes_per_token(config, BF16) / 1024:,.0f}",
            "bandwidth_gbs": f"{bandwidth / 1e9:,.0f}", "cache_gb": f"{cache / 1e9:.3g}",
        },
        answer=1e3 * cache / bandwidth,
        unit="ms",
        rel_tol=0.04,
        slips={
            "bits": 8e3 * cache / bandwidth,
            "query_heads": 1e3 * cache / bandwidth * config.n_heads / config.n_kv_heads,
        },
    )  # fmt: skip


def halved_cache(seed: int) -> Posed:
    """Bytes of a token in int8 with one fp16 scale per head, key and value, in KiB."""
    draw = random.Random(f"kv-cache.halved-cache:{seed}")
    layers, kv_heads, width = draw.choice(((32, 8, 128), (36, 8, 128), (80, 8, 128), (30, 3, 64)))
    context = draw.choice((1024, 2048, 4096, 8192))
    plain = 2 * layers * kv_heads * width * BF16 * context
    packed = 2 * layers * kv_heads * (width + BF16) * context
    return Posed(
        id="kv-cache.halved-cache",
        seed=seed,
        values={
            "n_layers": layers, "n_kv_heads": kv_heads, "d_head": width, "context": context,
            "row": width + BF16, "plain_mb": f"{plain / 1e6:,.4g}",
        },
        answer=packed / 1e6,
        unit="MB",
        rel_tol=0.004,
        slips={"no_scales": plain / 2e6, "half": packed / 2e6},
    )  # fmt: skip


def beams(seed: int) -> Posed:
    """MB of several answers to one prompt when the prompt's part is kept once."""
    draw = random.Random(f"kv-cache.beams:{seed}")
    samples, prompt = draw.choice((2, 4, 8)), draw.choice((500, 1000, 2000, 4000))
    tokens, kib = draw.choice((100, 200, 400)), draw.choice((32, 112, 128, 160))
    shared = prompt + samples * tokens
    alone = samples * (prompt + tokens)
    size = kib * 1024 / 1e6  # MB
    return Posed(
        id="kv-cache.beams",
        seed=seed,
        values={
            "samples": samples, "prompt": prompt, "tokens": tokens, "kv_kib": kib,
            "positions": shared, "alone_mb": f"{alone * size:,.0f}",
        },
        answer=shared * size,
        unit="MB",
        slips={"not_shared": alone * size, "one_answer": (prompt + tokens) * size},
    )  # fmt: skip
