"""What counting experts says: how many of them a batch of 32 visits."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found

BATCH = 32


def visited_here(result: Mapping[str, Any]) -> Found:
    """Distinct experts that a batch of 32 visits, median over the layers."""
    row = next(row for row in result["visited"] if row["batch"] == BATCH)
    return reading.middle(
        row["counts"], batch=BATCH, expected=f"{row['expected']:.0f}", experts=result["experts"],
        per_token=result["per_token"],
    )  # fmt: skip
