"""What a run with and without a KV cache says: the last steps, the whole answer, the growth."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found
from lesson_core.theory import stats

LAST = 8  # steps at each end whose median is taken, as on the page


def last_step(result: Mapping[str, Any]) -> Found:
    """Seconds without over seconds with, median of the last steps."""
    n = min(LAST, result["tokens_out"] - 1)
    with_s, without_s = result["with_s"][-n:], result["without_s"][-n:]
    return reading.ratio(
        without_s, with_s, n=n, tokens=result["tokens_in"] + result["tokens_out"] - 1,
        with_ms=1e3 * stats.median(with_s), without_ms=1e3 * stats.median(without_s),
    )  # fmt: skip


def whole_answer(result: Mapping[str, Any]) -> Found:
    """All seconds without over all seconds with; the steps are the pairs of the ratio."""
    with_s, without_s = result["with_s"], result["without_s"]
    low, high = stats.ratio_interval(without_s, with_s)
    prompt, tokens = result["tokens_in"], result["tokens_out"]
    return Found(
        value=sum(without_s) / sum(with_s), low=low, high=high, neutral=1.0,
        values={
            "with_ms": 1e3 * sum(with_s), "without_ms": 1e3 * sum(without_s),
            "passes_with": prompt + tokens - 1,
            "passes_without": tokens * prompt + tokens * (tokens - 1) // 2,
        },
    )  # fmt: skip


def growing_step(result: Mapping[str, Any]) -> Found | None:
    """The last steps without a cache over the first ones; None for a short answer."""
    steps = result["without_s"]
    if len(steps) < 2 * LAST:
        return None
    first, last = steps[:LAST], steps[-LAST:]
    return reading.ratio(
        last, first, first_ms=1e3 * stats.median(first), last_ms=1e3 * stats.median(last),
        first_tokens=result["tokens_in"],
        last_tokens=result["tokens_in"] + result["tokens_out"] - 1,
    )  # fmt: skip
