"""Cards on the two regimes: the ridge point, and the batch at which arithmetic takes over."""

import random

from lesson_core.schema.question import Posed


def pose(seed: int) -> Posed:
    """The two cards in turn; the same seed draws the same numbers."""
    return (batch, ridge)[seed % 2](seed)


def ridge(seed: int) -> Posed:
    """Peak over bandwidth, FLOP per byte."""
    draw = random.Random(f"two-regimes.ridge:{seed}")
    tflops = draw.choice((31, 62, 121, 148, 312, 362, 989, 2250))
    bandwidth = draw.choice((120, 300, 546, 864, 1008, 2039, 3350, 4800, 8000))
    answer = tflops * 1e3 / bandwidth
    return Posed(
        id="two-regimes.ridge",
        seed=seed,
        values={"tflops": tflops, "bandwidth_gbs": bandwidth},
        answer=answer,
        unit="FLOP/byte",
        slips={"inverse": 1 / answer, "bits": answer / 8},
    )


def batch(seed: int) -> Posed:
    """FLOP/s · bytes per weight / (2 · bandwidth)."""
    draw = random.Random(f"two-regimes.batch:{seed}")
    tflops = draw.choice((121, 148, 312, 362, 989, 2250))
    bandwidth = draw.choice((300, 864, 2039, 3350, 4000, 8000))
    precision, size = draw.choice((("bf16", 2), ("int8", 1), ("bf16", 2)))
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
