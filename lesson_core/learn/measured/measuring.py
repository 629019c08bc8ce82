"""What six wrong ways say: the cold answer, and the rate that leaves prefill out."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found
from lesson_core.theory import stats


def cold_start(result: Mapping[str, Any]) -> Found:
    """TTFT of the first answer of fresh weights over those of the warm ones."""
    cold, warm = result["cold"]["ttft_s"], [run["ttft_s"] for run in result["runs"]]
    return reading.middle(
        [cold / seconds for seconds in warm], neutral=1.0, n=len(warm), cold_ms=1e3 * cold,
        warm_ms=1e3 * stats.median(warm),
    )  # fmt: skip


def prefill_left_out(result: Mapping[str, Any]) -> Found:
    """By how many percent the decode rate is above that of the whole answer."""
    runs = result["runs"]
    off = [100 * (run["e2e_s"] / (run["e2e_s"] - run["ttft_s"]) - 1) for run in runs]
    return reading.middle(
        off, neutral=0.0, ttft_ms=1e3 * stats.median([run["ttft_s"] for run in runs]),
        e2e_ms=1e3 * stats.median([run["e2e_s"] for run in runs]),
    )  # fmt: skip
