"""Cards on the KV cache: how many sequences fit, and what is run again without it."""

import random

from lesson_core.schema.question import Posed


def pose(seed: int) -> Posed:
    """The two cards in turn; the same seed draws the same numbers."""
    return (passes, fit)[seed % 2](seed)


def fit(seed: int) -> Posed:
    """Free memory over the bytes of one sequence, rounded down."""
    draw = random.Random(f"kv-cache.fit:{seed}")
    memory = draw.choice((24, 48, 80, 96, 141))
    weights = draw.choice((3, 8, 15, 16))
    kib = draw.choice((32, 64, 112, 128, 160))
    context = draw.choice((2048, 4096, 8192))
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
