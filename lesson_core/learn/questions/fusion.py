"""Cards on fusion: what starting operations costs, and the bytes a fused chain does not move."""

import random

from lesson_core.schema.question import Posed


def starts(seed: int) -> Posed:
    """(read + many starts) over (read + few starts)."""
    draw = random.Random(f"fusion.starts:{seed}")
    read_ms, start_us = draw.choice((2, 4, 5, 8, 10)), draw.choice((4, 5, 8, 10))
    many, few = draw.choice((600, 800, 1000, 1200)), draw.choice((100, 150, 200))
    before, after = read_ms + many * start_us / 1e3, read_ms + few * start_us / 1e3
    return Posed(
        id="fusion.starts",
        seed=seed,
        values={
            "read_ms": read_ms, "start_us": start_us, "many": f"{many:,}", "few": few,
            "before_ms": f"{before:g}", "after_ms": f"{after:g}",
        },
        answer=before / after,
        unit="",
        rel_tol=0.01,
        slips={"count_ratio": many / few, "no_few": before / read_ms},
    )  # fmt: skip


def chain(seed: int) -> Posed:
    """A chain of n operations on one tensor: 2n passes over it, fused only 2."""
    draw = random.Random(f"fusion.chain:{seed}")
    tokens, width = draw.choice((1024, 2048, 4096)), draw.choice((4096, 8192, 14336))
    length = draw.choice((3, 4, 5, 6))
    once = tokens * width * 2 / 1e6  # MB in bf16
    return Posed(
        id="fusion.chain",
        seed=seed,
        values={
            "tokens": f"{tokens:,}", "width": f"{width:,}", "length": length,
            "once_mb": f"{once:.4g}", "passes": 2 * length, "saved": 2 * (length - 1),
        },
        answer=2 * (length - 1) * once,
        unit="MB",
        rel_tol=0.02,
        slips={"one_way": (length - 1) * once, "whole_chain": 2 * length * once},
    )  # fmt: skip


def score_matrix(seed: int) -> Posed:
    """GB of attention scores that are never written: heads · T² · bytes."""
    draw = random.Random(f"fusion.score-matrix:{seed}")
    heads, tokens = draw.choice((16, 24, 32, 40, 64)), draw.choice((2048, 4096, 8192, 16384))
    size = heads * tokens * tokens * 2
    return Posed(
        id="fusion.score-matrix",
        seed=seed,
        values={"heads": heads, "tokens": tokens},
        answer=size / 1e9,
        unit="GB",
        rel_tol=0.08,
        slips={"one_head_only": size / heads / 1e9, "no_bytes": size / 2e9},
    )
