"""What a roofline run says: the batch that doubles a step, and prefill against decode."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found


def doubles(result: Mapping[str, Any]) -> Found | None:
    """The batch at which a step takes twice as long as at batch 1; None where it never did."""
    found = [batch for batch in result["doubles"] if batch is not None]
    if 2 * len(found) <= len(result["doubles"]):
        return None
    steps = result["steps"]
    return reading.middle(found, n=len(found), first_ms=1e3 * steps[0]["median_s"],
                          expected=result["predicted"]["doubles"] or 0.0)  # fmt: skip


def phases(result: Mapping[str, Any]) -> Found:
    """FLOP/s of prefill over those of decode, for the up projection: the same weights."""
    rows = {row["phase"]: row for row in result["operators"] if row["name"] == "gate_up"}
    prefill, decode = rows["prefill"], rows["decode"]
    return reading.counted(
        prefill["flops_per_s"] / decode["flops_per_s"], prompt=result["prompt_len"],
        prefill_gflops=prefill["flops_per_s"] / 1e9, decode_gflops=decode["flops_per_s"] / 1e9,
    )  # fmt: skip
