"""What two processes say: a tensor-parallel step against one process, and a message’s wait."""

from collections.abc import Mapping
from typing import Any

from lesson_core.learn.measured import reading
from lesson_core.schema.question import Found
from lesson_core.theory import stats


def tensor_step(result: Mapping[str, Any]) -> Found:
    """A step shared by tensors over one on a single process."""
    tensor, single = result["samples"]["tensor"], result["samples"]["single"]
    return reading.ratio(
        tensor, single, tensor_ms=1e3 * stats.median(tensor), single_ms=1e3 * stats.median(single),
        talk_ms=1e3 * result["talk_s"],
    )  # fmt: skip


def talk_share(result: Mapping[str, Any]) -> Found:
    """Waiting for all-reduces, over a tensor-parallel step, in percent."""
    step = stats.median(result["samples"]["tensor"])
    return reading.counted(
        100 * result["talk_s"] / step, talk_ms=1e3 * result["talk_s"], step_ms=1e3 * step,
        calls=2 * result["layers"],
    )  # fmt: skip
