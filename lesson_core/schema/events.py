"""What a running experiment says, one event after another.

One stream serves the token clock, the metrics, the benchmarks and the tests. Times are seconds
since the run's own zero, taken after the device has finished.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Stage = Literal[
    # the life of a prompt
    "tokenize", "embed", "layer", "prefill", "decode", "sample", "detokenize", "logits",
    # the life of a job
    "started", "progress", "code", "data", "result", "finished", "cancelled", "failed",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Event:
    """One stage of a run. Only `stage` is always there; absent means not applicable.

    `step` counts forward passes: 0 is prefill, 1… are decode steps. `text` is what became
    readable with this event (it may be empty while half a character waits). `bytes` and `flops`
    are predicted counts for this stage. `detail` holds plain JSON values only.
    """

    stage: Stage
    start_s: float | None = None
    end_s: float | None = None
    step: int | None = None
    token_id: int | None = None
    text: str | None = None
    shape: tuple[int, ...] | None = None
    bytes: int | None = None
    flops: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)
