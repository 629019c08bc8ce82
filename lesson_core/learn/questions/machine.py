"""Cards of the machine page: the ridge point from a data sheet that prints the sparse rate."""

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
