"""Cards on translation: passes without a cache, the length correction, a BLEU that is too short."""

import math
import random

from lesson_core.schema.question import Posed

ALPHA = 0.8


def passes(seed: int) -> Posed:
    """Token-passes of an encoder–decoder that keeps nothing between steps."""
    draw = random.Random(f"translation.passes:{seed}")
    read, written = draw.randrange(8, 41), draw.randrange(8, 41)
    triangle = written * (written + 1) // 2
    return Posed(
        id="translation.passes",
        seed=seed,
        values={
            "read": read, "written": written, "triangle": triangle, "cached": read + written,
        },
        answer=written * read + triangle,
        unit="",
        rel_tol=0.005,
        slips={
            "source_once": float(read + triangle),
            "whole_each": float(written * (read + written)),
            "cached_passes": float(read + written),
        },
    )  # fmt: skip


def length(seed: int) -> Posed:
    """By how much the longer candidate leads after the correction for length."""
    draw = random.Random(f"translation.length:{seed}")
    short, long = draw.randrange(4, 7), draw.randrange(12, 17)
    norms = [((5 + n) / 6) ** ALPHA for n in (short, long)]
    sum_short = -draw.randrange(50, 70) / 10
    lead = draw.randrange(30, 60) / 100  # of the longer one, corrected
    sum_long = round(norms[1] * (sum_short / norms[0] + lead), 1)
    return Posed(
        id="translation.length",
        seed=seed,
        values={
            "short": short, "long": long, "sum_short": f"{sum_short:.1f}",
            "sum_long": f"{sum_long:.1f}", "norm_short": f"{norms[0]:.4g}",
            "norm_long": f"{norms[1]:.4g}",
        },
        answer=sum_long / norms[1] - sum_short / norms[0],
        unit="",
        rel_tol=0.03,
        slips={"no_correction": sum_long - sum_short},
    )  # fmt: skip


def brevity(seed: int) -> Posed:
    """BLEU from equal precisions and an output that is too short."""
    draw = random.Random(f"translation.brevity:{seed}")
    wanted = draw.randrange(1000, 3001, 100)
    written = round(wanted * draw.randrange(60, 81, 5) / 100)
    precision = draw.randrange(20, 61, 5)
    penalty = math.exp(1 - wanted / written)
    return Posed(
        id="translation.brevity",
        seed=seed,
        values={
            "wanted": wanted, "written": written, "precision": precision,
            "penalty": f"{penalty:.3f}",
        },
        answer=precision * penalty,
        unit="",
        slips={
            "no_penalty": float(precision),
            "ratio_for_penalty": precision * written / wanted,
        },
    )  # fmt: skip
