"""What a run with drafts says: the tokens of a checked draft, and the speed-up."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found


def per_draft(result: Mapping[str, Any]) -> Found | None:
    """Tokens per round that had a draft; None where there was no such round."""
    if not result["drafted"]:
        return None
    return reading.counted(
        result["tokens_per_draft"], gamma=result["gamma"], alpha=f"{result['alpha']:.2f}",
        expected=f"{result['expected_tokens']:.2f}", rounds=result["drafted"],
    )  # fmt: skip


def check_cost(result: Mapping[str, Any]) -> Found:
    """A pass over the draft and one more, in decode steps."""
    return reading.counted(
        result["verify_cost"], width=result["gamma"] + 1, step_ms=1e3 * result["step_s"],
        speedup=f"{result['speedup']:.2f}",
    )  # fmt: skip
