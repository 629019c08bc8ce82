"""Cards on the two regimes: the ridge point, and the batch at which arithmetic takes over."""

import random

from lesson_core.schema.question import Posed

DEVICES = (
    (121, 300), (312, 2039), (362, 864), (148, 4000), (989, 3350), (989, 4800), (2250, 8000),
    (1307, 5300), (197, 819),
)  # fmt: skip
"""Dense bf16 TFLOP/s and GB/s of L4, A100, L40S, H20, H100, H200, B200, MI300X, TPU v5e."""


def ridge(seed: int) -> Posed:
    """Peak over bandwidth, FLOP per byte."""
    draw = random.Random(f"two-regimes.ridge:{seed}")
    tflops, bandwidth = draw.choice(DEVICES)
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
    tflops, bandwidth = draw.choice(DEVICES)
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
