"""What an evaluation says: padding that is scored, and batches that are averaged."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found


def padding_scored(result: Mapping[str, Any]) -> Found:
    """Perplexity with padding scored over the right one."""
    ways = result["ways"]
    return reading.counted(
        ways["padded"] / ways["right"], right=ways["right"], padded=ways["padded"]
    )


def own_text(result: Mapping[str, Any]) -> Found:
    """The perplexity of the text, with the interval that its tokens allow."""
    return Found(
        value=result["perplexity"], low=result["low"], high=result["high"],
        values={
            "tokens": result["tokens"], "low": result["low"], "high": result["high"],
            "promised": result["promised"],
        },
    )  # fmt: skip
