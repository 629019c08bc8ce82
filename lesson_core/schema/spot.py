"""Spot the bug: what a puzzle asks a worker for, and the table that it shows."""

from dataclasses import dataclass
from typing import Literal

from lesson_core.schema.checks import check_range

TimingScene = Literal["arms", "per-token"]
OutputScene = Literal["attention", "sampling", "decoder", "acceptance", "int8"]


@dataclass(frozen=True, kw_only=True)
class SpotTiming:
    """Job `spot_timing`: time a model by a timer that is wrong; `seed` draws which one."""

    scene: TimingScene
    seed: int

    def __post_init__(self) -> None:
        check_range("seed", self.seed, 0, 1_000_000)


@dataclass(frozen=True, kw_only=True)
class SpotOutput:
    """Job `spot_output`: run a known-wrong implementation; `seed` draws it and its input."""

    scene: OutputScene
    seed: int

    def __post_init__(self) -> None:
        check_range("seed", self.seed, 0, 1_000_000)


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a learner sees: every cell as it is written. `told` are the lines under the table."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    told: tuple[tuple[str, str], ...] = ()
