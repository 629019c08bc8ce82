"""What a run over the ways of one step says: the fastest against the slowest, and operations."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found
from lesson_core.theory import stats


def fastest(result: Mapping[str, Any]) -> Found:
    """Seconds of the slowest way over those of the fastest, pairs of one round."""
    names = result["ratio"]["slowest"], result["ratio"]["fastest"]
    slow, fast = (result["samples"][name] for name in names)
    return reading.ratio(
        slow, fast, slow_ms=1e3 * stats.median(slow), fast_ms=1e3 * stats.median(fast)
    )


def between(result: Mapping[str, Any]) -> Found:
    """What is read and written between operations, over the weights, in percent."""
    ways = {way["name"]: way for way in result["ways"]}
    moved, weights = ways["written"]["between_bytes"], result["plan"]["weight_bytes"]
    return reading.counted(100 * moved / weights, moved_mb=moved / 1e6,
                           weights_mb=weights / 1e6)  # fmt: skip
