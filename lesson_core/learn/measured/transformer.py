"""What the training of a small Transformer says: its loss before the first step."""

from collections.abc import Mapping
from typing import Any

from lesson_core.schema.question import Found


def first_loss(result: Mapping[str, Any]) -> Found:
    """Nats per character, with the interval that its characters allow."""
    one = result["untrained"]
    return Found(
        value=one["loss"], low=one["low"], high=one["high"],
        values={"classes": one["classes"], "quiet": f"{one['classes_part']:.3f}",
                "half": f"{one['spread_part']:.3f}"},
    )  # fmt: skip
