"""What a watched answer says: the usual gap, and how near it comes to the bound."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found
from lesson_core.theory import stats


def usual_gap(result: Mapping[str, Any]) -> Found:
    """Median gap between two tokens, in milliseconds."""
    gaps = [1e3 * gap for gap in result["latency"]["itl_s"]]
    return reading.middle(
        gaps, n=len(gaps), worst_ms=max(gaps), ttft_ms=1e3 * result["latency"]["ttft_s"]
    )


def reached(result: Mapping[str, Any]) -> Found:
    """The bound of a decode step over the gaps, in percent."""
    bound = result["bound_s"]
    shares = [100 * bound / gap for gap in result["latency"]["itl_s"]]
    return reading.middle(
        shares, neutral=100.0, bound_ms=1e3 * bound,
        gap_ms=1e3 * stats.median(result["latency"]["itl_s"]),
        weights_mb=round(result["weights_read_bytes"] / 1e6),
    )  # fmt: skip
