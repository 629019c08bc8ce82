"""What a traced answer says: the share of prefill, and of the head within a step."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found


def first_share(result: Mapping[str, Any]) -> Found:
    """TTFT over the whole answer, in percent."""
    latency = result["latency"]
    return reading.counted(
        100 * latency["ttft_s"] / latency["e2e_s"], ttft_ms=1e3 * latency["ttft_s"],
        e2e_ms=1e3 * latency["e2e_s"], tokens=latency["tokens"],
    )  # fmt: skip


def head_share(result: Mapping[str, Any]) -> Found:
    """The head over the decode step, in percent, median of the steps."""
    steps = [step for step in result["steps"] if step["phase"] == "decode"]
    shares = [100 * step["head_s"] / step["measured_s"] for step in steps]
    return reading.middle(shares, n=len(steps), head_ms=1e3 * steps[-1]["head_s"],
                          layers_ms=1e3 * steps[-1]["layers_s"])  # fmt: skip
