"""What a look-up of words says: how many an exact one finds."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found


def found_as_written(result: Mapping[str, Any]) -> Found:
    """Words found after cutting at spaces, in percent."""
    counted = result["coverage"]
    words = counted["words"]
    return reading.counted(
        100 * counted["usual"] / words, found=counted["usual"], words=words,
        promised=f"{100 * counted['kinds']['plain']['n'] / words:.0f}",
    )  # fmt: skip
