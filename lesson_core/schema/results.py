"""A measurement that can be trusted later: samples, where they were taken, what was predicted."""

from dataclasses import dataclass, field
from typing import Any

from lesson_core.schema.recipe import Case


@dataclass(frozen=True, kw_only=True)
class Environment:
    """Where and when. `machine_id` is a hash of the hardware facts, so results can be grouped."""

    machine_id: str
    cpu: str
    cores: int
    threads: int
    memory_bytes: int
    device: str
    device_name: str
    precision: str
    versions: dict[str, str]
    started_at: str  # ISO 8601, UTC
    load_average: float | None = None
    governor: str | None = None


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """Seconds for one quantity, by component; `formula` names the rule that gave them."""

    total_s: float
    formula: str
    parts_s: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Result:
    """Raw samples in seconds per quantity (`ttft`, `tpot`, …), never only their summary.

    `prediction` holds one Prediction per quantity that the cost model covers; `quality` is None
    where it is not applicable (random weights).
    """

    case: Case
    environment: Environment
    samples_s: dict[str, tuple[float, ...]]
    prediction: dict[str, Prediction] = field(default_factory=dict)
    quality: dict[str, Any] | None = None
