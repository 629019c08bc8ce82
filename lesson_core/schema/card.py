"""The machine card: what one machine can do, measured, with the samples behind every number."""

import itertools
import math
from dataclasses import dataclass, field
from typing import Literal

from lesson_core.schema.results import Environment

Scope = Literal["mini", "quick", "thorough"]


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Something per second: the median, and every repeat in the order it was taken."""

    per_s: float
    samples: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class BandwidthPoint:
    """Sustained read bandwidth while the same `bytes` are read again and again (bytes/s)."""

    bytes: int
    rate: Rate


@dataclass(frozen=True, kw_only=True)
class Peak:
    """A predicted peak in FLOP/s, and the facts that were multiplied to get it."""

    flops: float
    formula: str
    cores: int | None = None
    ghz: float | None = None
    flop_per_cycle: int | None = None
    isa: str | None = None


@dataclass(frozen=True, kw_only=True)
class Card:
    """One machine, one device, one number of threads.

    `flops` maps a dtype (`fp32`, `bf16`, `fp16`, `int8`) to FLOP/s of a large matrix product; a
    dtype the device cannot multiply is absent. `dispatch_s` is the time eager PyTorch needs per
    tiny operation. `how` says in one ASCII phrase what was timed, per quantity. A `mini` card
    holds one bandwidth point (the model's own working set) and is taken in a moment.
    """

    environment: Environment
    scope: Scope
    bandwidth: tuple[BandwidthPoint, ...]
    flops: dict[str, Rate]
    dispatch_s: float
    dispatch_samples_s: tuple[float, ...] = ()
    peak_fp32: Peak | None = None
    how: dict[str, str] = field(default_factory=dict)
    took_s: float = 0.0

    def bandwidth_at(self, working_set: float) -> float:
        """Bytes/s at `working_set` bytes: straight lines over log(bytes), clamped at the ends."""
        points = sorted(self.bandwidth, key=lambda point: point.bytes)
        if working_set <= points[0].bytes:
            return points[0].rate.per_s
        for left, right in itertools.pairwise(points):
            if working_set <= right.bytes:
                share = math.log(working_set / left.bytes) / math.log(right.bytes / left.bytes)
                return left.rate.per_s + share * (right.rate.per_s - left.rate.per_s)
        return points[-1].rate.per_s

    def flops_of(self, dtype: str) -> float:
        """FLOP/s for `dtype`; where it was not measured, that of fp32."""
        return (self.flops.get(dtype) or self.flops["fp32"]).per_s
