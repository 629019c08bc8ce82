"""What two schedulers on one queue say: continuous against static, and idle slots."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found
from lesson_core.theory import stats


def continuous_gain(result: Mapping[str, Any]) -> Found:
    """Tokens a second, continuous over static, turn by turn."""
    rates = result["tok_s"]
    return reading.ratio(
        rates["continuous"], rates["static"], slots=result["slots"],
        static=stats.median(rates["static"]), continuous=stats.median(rates["continuous"]),
    )  # fmt: skip


def idle_slots(result: Mapping[str, Any]) -> Found:
    """Slot-steps of the static batch that wrote no token, in percent."""
    return reading.counted(
        100 * result["idle"]["static"], slots=result["slots"], requests=result["requests"],
        continuous=f"{100 * result['idle']['continuous']:.0f}",
    )  # fmt: skip
