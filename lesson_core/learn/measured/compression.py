"""What a run over the formats says: int8 and int4 in decode, int4 in prefill, zeros that stay."""

from collections.abc import Mapping
from typing import Any

from lesson_core.schema.question import Found


def _gain(result: Mapping[str, Any], name: str, phase: str) -> Found:
    """How many times as fast as fp32, of neighbours in time."""
    plain = next(scheme for scheme in result["schemes"] if scheme["name"] == "fp32")
    scheme = next(scheme for scheme in result["schemes"] if scheme["name"] == name)
    pair = scheme[phase]
    low, high = pair["ratio"]["interval"]
    return Found(
        value=pair["ratio"]["median"], low=low, high=high, neutral=1.0,
        values={
            "plain_ms": 1e3 * pair["plain"]["median"], "other_ms": 1e3 * pair["other"]["median"],
            "bytes_ratio": plain["read_bytes"] / scheme["read_bytes"],
        },
    )  # fmt: skip


def int8_decode(result: Mapping[str, Any]) -> Found:
    """Weight-only int8 in a decode step."""
    return _gain(result, "int8", "decode")


def int4_decode(result: Mapping[str, Any]) -> Found:
    """int4 in groups in a decode step."""
    return _gain(result, "int4", "decode")


def int4_prefill(result: Mapping[str, Any]) -> Found:
    """int4 in groups in prefill."""
    return _gain(result, "int4", "prefill")


def narrower(result: Mapping[str, Any]) -> Found:
    """Half of the feed-forward columns cut out, in a decode step."""
    return _gain(result, "ffn", "decode")
