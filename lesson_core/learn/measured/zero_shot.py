"""What labelling says: how many sentences, and whether a described label helps."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found


def described_label(result: Mapping[str, Any]) -> Found | None:
    """Accuracy with described labels, in percent; asked where it differs from bare names."""
    name, described = (result["rows"][f"en.{way}"] for way in ("name", "described"))
    bare = 100 * name["right"] / name["n"]
    return Found(
        value=100 * described["right"] / described["n"], low=100 * described["low"],
        high=100 * described["high"], neutral=bare,
        values={"n": described["n"], "bare": f"{bare:.0f}", "topics": len(result["topics"])},
    )  # fmt: skip


def shared_prompt(result: Mapping[str, Any]) -> Found:
    """Seconds of scoring every label with the whole text over those with the text kept once."""
    twins = result["twins"]
    return reading.counted(
        twins["whole_s"] / twins["shared_s"], labels=twins["labels"],
        whole_tokens=twins["whole_tokens"], shared_tokens=twins["shared_tokens"],
        whole_ms=1e3 * twins["whole_s"], shared_ms=1e3 * twins["shared_s"],
    )  # fmt: skip
