"""What a sweep over model sizes says: a large model against a small one, a layer’s overhead."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found


def large_and_small(result: Mapping[str, Any]) -> Found:
    """A step of the largest model over one of the smallest."""
    small, large = result["points"][0], result["points"][-1]
    runs = min(len(small["samples_s"]), len(large["samples_s"]))
    return reading.ratio(
        large["samples_s"][:runs], small["samples_s"][:runs],
        small=small["size"], large=large["size"], bytes_ratio=large["bytes"] / small["bytes"],
        small_ms=1e3 * small["median_s"], large_ms=1e3 * large["median_s"],
    )  # fmt: skip


def layer_overhead(result: Mapping[str, Any]) -> Found | None:
    """The fitted overhead of a layer, in microseconds; None without a fit."""
    fit = result["fit"]
    if fit is None or fit["layer_s"] <= 0:
        return None
    return reading.counted(
        1e6 * fit["layer_s"],
        crossover_mb=fit["crossover"] / 1e6,
        bandwidth_gbs=fit["bandwidth"] / 1e9,
    )
