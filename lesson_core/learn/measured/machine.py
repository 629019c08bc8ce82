"""What a card of the machine says: caches against memory, its ridge point, bf16 against fp32."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found
from lesson_core.theory import stats

BEYOND_CACHES = 100e6  # bytes of a working set that has to come from memory


def from_cache(result: Mapping[str, Any]) -> Found | None:
    """The best bandwidth over the one of the largest working set; None without a large one."""
    points, last = result["bandwidth"], result["bandwidth"][-1]
    if last["bytes"] < BEYOND_CACHES:
        return None
    best = max(points, key=lambda point: point["rate"]["per_s"])
    samples = [rate / last["rate"]["per_s"] for rate in best["rate"]["samples"]]
    return reading.middle(
        samples, neutral=1.0, best_mb=round(best["bytes"] / 1e6),
        best_gbs=best["rate"]["per_s"] / 1e9, memory_gbs=last["rate"]["per_s"] / 1e9,
        memory_mb=round(last["bytes"] / 1e6),
    )  # fmt: skip


def own_ridge(result: Mapping[str, Any]) -> Found:
    """FLOP/s in fp32 over the bandwidth of the largest working set."""
    flops, memory = result["flops"]["fp32"], result["bandwidth"][-1]["rate"]
    ridges = [rate / memory["per_s"] for rate in flops["samples"]]
    return reading.middle(ridges, gflops=flops["per_s"] / 1e9, bandwidth_gbs=memory["per_s"] / 1e9)


def bf16_gain(result: Mapping[str, Any]) -> Found:
    """FLOP/s in bf16 over those in fp32."""
    bf16, fp32 = result["flops"]["bf16"], result["flops"]["fp32"]
    usual = stats.median(fp32["samples"])
    return reading.middle(
        [rate / usual for rate in bf16["samples"]], neutral=1.0,
        bf16_gflops=bf16["per_s"] / 1e9, fp32_gflops=fp32["per_s"] / 1e9,
    )  # fmt: skip
