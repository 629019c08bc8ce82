"""Cards of the machine page: a ridge point from the printed sparse rate, and used bandwidth."""

import random

from lesson_core.schema.question import Posed
from lesson_core.theory import tables

PRINTED = {
    "A100-80GB SXM": 624,
    "H100 SXM": 1979,
    "H200 SXM": 1979,
    "B200 SXM": 4500,
    "H100 PCIe": 1513,
}
"""bf16 TFLOP/s with 2:4 sparsity, as NVIDIA prints them (stas00/ml-engineering)."""


def ridge(seed: int) -> Posed:
    """Ridge point = dense FLOP/s over bytes/s."""
    device = tuple(PRINTED)[(seed - 1) % len(PRINTED)]
    bandwidth = tables.hardware()[device].bandwidth
    dense = PRINTED[device] / 2  # TFLOP/s
    answer = dense * 1e12 / bandwidth
    return Posed(
        id="machine.ridge",
        seed=seed,
        values={
            "device": device,
            "sparse_tflops": PRINTED[device],
            "dense_tflops": f"{dense:,.5g}",
            "bandwidth_gbs": round(bandwidth / 1e9),
        },
        answer=answer,
        unit="FLOP/B",
        slips={"sparse": 2 * answer},
    )


def utilisation(seed: int) -> Posed:
    """Bandwidth utilisation (MBU): bytes read per token times tokens a second, over the peak."""
    draw = random.Random(f"machine.utilisation:{seed}")
    device = draw.choice(("A100-80GB SXM", "H100 SXM", "RTX 4090", "L40S", "H200 SXM"))
    weights, share = draw.choice((7.0, 13.3, 15.0, 16.1)), draw.randrange(40, 86, 3)
    bandwidth = tables.hardware()[device].bandwidth / 1e9
    rate = round(bandwidth * share / 100 / weights, 1)
    return Posed(
        id="machine.utilisation",
        seed=seed,
        values={
            "device": device, "weights_gb": f"{weights:g}", "rate": f"{rate:g}",
            "bandwidth_gbs": f"{bandwidth:,.0f}", "read": f"{weights * rate:,.0f}",
        },
        answer=100 * weights * rate / bandwidth,
        unit="%",
        rel_tol=0.02,
        slips={"left_over": 100 - 100 * weights * rate / bandwidth},
    )  # fmt: skip
