"""What one log through three caches says: how often an answer was kept, what a prefix saved."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found


def hit_rate(result: Mapping[str, Any]) -> Found:
    """Hits of the response cache over the whole log, in percent."""
    return reading.counted(
        100 * result["hit"], requests=result["requests"], texts=result["texts"],
        expected=f"{100 * result['expected']:.0f}",
    )  # fmt: skip


def prefix_saves(result: Mapping[str, Any]) -> Found:
    """Time that the prefix cache saved of the served requests, in percent."""
    totals = result["totals"]
    return reading.counted(
        100 * (1 - totals["prefix"] / totals["none"]), none_s=totals["none"],
        prefix_s=totals["prefix"], share=f"{100 * result['prefix_share']:.0f}",
    )  # fmt: skip
