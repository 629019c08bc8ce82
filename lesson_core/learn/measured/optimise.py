"""What the stack of changes says: all of them together, and the KV cache alone."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found
from lesson_core.theory import stats


def all_changes(result: Mapping[str, Any]) -> Found:
    """TPOT of the plain model over that of the last stage."""
    return _gain(result["stages"][0], result["stages"][-1], n=len(result["stages"]) - 1)


def first_change(result: Mapping[str, Any]) -> Found:
    """TPOT before the KV cache over that after it."""
    stages = result["stages"]
    at = next(i for i, stage in enumerate(stages) if stage["change"] == "kv-cache")
    return _gain(stages[at - 1], stages[at], tokens=result["tokens_in"] + stages[at]["tokens"])


def _gain(before: Mapping[str, Any], after: Mapping[str, Any], **values: int) -> Found:
    slow, fast = (stage["samples"]["tpot_s"] for stage in (before, after))
    return reading.ratio(
        slow, fast, before_ms=1e3 * stats.median(slow), after_ms=1e3 * stats.median(fast), **values
    )
