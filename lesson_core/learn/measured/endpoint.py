"""What a load test says: waiting counted from when a request was due, and when it was sent."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found


def left_out(result: Mapping[str, Any]) -> Found | None:
    """p95 TTFT from when due over that from when sent; None without an open loop."""
    if result["open"] is None:
        return None
    latency = result["open"]["latency"]
    due, sent = latency["ttft"]["p95"], latency["ttft_naive"]["p95"]
    if due is None or sent is None:
        return None
    return reading.counted(due / sent, due_ms=1e3 * due, sent_ms=1e3 * sent, rate=result["rate"],
                           capacity=result["capacity"])  # fmt: skip
