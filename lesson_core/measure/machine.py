"""The machine card: read bandwidth by working set, FLOP/s by dtype, dispatch overhead.

A quick card takes under ten seconds, a thorough one about forty-five; a mini card takes half a
second and knows one working set only, so that the very first run already has a bound.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import torch

from lesson_core.clock import Clock
from lesson_core.measure import cpu, probes
from lesson_core.measure.environment import environment
from lesson_core.measure.timing import Samples
from lesson_core.model.threads import using_threads
from lesson_core.schema.card import BandwidthPoint, Card, Peak, Rate, Scope
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.results import Environment
from lesson_core.theory import peak, stats, tables

MIB = 2**20


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Which sizes, and how many seconds for each probe."""

    sizes: tuple[int, ...]
    size_s: float
    dtype_s: float
    dispatch_s: float


QUICK = Plan(
    sizes=tuple(mib * MIB for mib in (1, 4, 16, 32, 64, 128, 256, 512)),
    size_s=0.3,
    dtype_s=0.5,
    dispatch_s=0.3,
)
THOROUGH = Plan(
    sizes=tuple(mib * MIB for mib in (1, 2, 4, 8, 16, 32, 64, 96, 128, 192, 256, 384, 512, 1024)),
    size_s=1.8,
    dtype_s=3.0,
    dispatch_s=2.0,
)


def measure_card(device: str, threads: int, thorough: bool, clock: Clock) -> Iterator[Event]:
    """Measure `device` with `threads` CPU threads; the last event, `result`, is the plain card."""
    plan = THOROUGH if thorough else QUICK
    begin = clock()
    points: list[BandwidthPoint] = []
    rates: dict[str, Rate] = {}
    with using_threads(threads):
        where = environment(device, "fp32", threads)
        top = predicted_peak(device, where.device_name)
        yield _data("environment", environment=to_plain(where), peak_fp32=to_plain(top))
        yield from _bandwidth(device, plan, clock, points)
        yield from _flops(device, plan, clock, rates)
        yield _progress("dispatch", 0, 1)
        dispatch = probes.dispatch(device, clock, plan.dispatch_s)
        yield _data("dispatch", seconds=stats.median(dispatch), samples=list(dispatch))
    scope: Scope = "thorough" if thorough else "quick"
    card = _card(where, scope, points, rates, dispatch, clock() - begin)
    yield Event(stage="result", detail=to_plain(card))


def mini_card(device: str, threads: int, working_set: int, dtype: str, clock: Clock) -> Card:
    """One bandwidth point at a model's own working set, in about a second."""
    begin = clock()
    with using_threads(threads):
        size = min(working_set, _largest(device))
        buffer = probes.room(size, device)
        read = probes.bandwidth(buffer, size, clock, 0.15)
        del buffer
        found = {name: probes.flops(name, device, clock, 0.3) for name in {"fp32", dtype}}
        dispatch = probes.dispatch(device, clock, 0.1)
        where = environment(device, dtype, threads)
    points = [BandwidthPoint(bytes=size, rate=read)]
    rates = {name: seen[0] for name, seen in found.items() if seen}
    return _card(where, "mini", points, rates, dispatch, clock() - begin)


def _card(
    where: Environment,
    scope: Scope,
    points: list[BandwidthPoint],
    rates: dict[str, Rate],
    dispatch: Samples,
    took_s: float,
) -> Card:
    return Card(
        environment=where,
        scope=scope,
        bandwidth=tuple(points),
        flops=rates,
        dispatch_s=stats.median(dispatch),
        dispatch_samples_s=dispatch,
        peak_fp32=predicted_peak(where.device, where.device_name),
        how=probes.HOW,
        took_s=took_s,
    )


def predicted_peak(device: str, name: str) -> Peak | None:
    """Peak fp32 FLOP/s from facts alone: the CPU's clock and units, or the GPU's datasheet."""
    if device == "cpu":
        return peak.peak_fp32(cpu.facts())
    found = tables.find_hardware(name)
    if found is None or "fp32" not in found.flops:
        return None
    return Peak(flops=found.flops["fp32"], formula=f"datasheet of {found.name}: {found.source}")


def _bandwidth(
    device: str, plan: Plan, clock: Clock, points: list[BandwidthPoint]
) -> Iterator[Event]:
    sizes = [size for size in plan.sizes if size <= _largest(device)]
    yield _progress("bandwidth", 0, len(sizes))
    buffer = probes.room(sizes[-1], device)
    for done, size in enumerate(sizes, start=1):
        rate = probes.bandwidth(buffer, size, clock, plan.size_s)
        points.append(BandwidthPoint(bytes=size, rate=rate))
        yield _data("bandwidth", bytes=size, per_s=rate.per_s, samples=list(rate.samples))
        yield _progress("bandwidth", done, len(sizes))


def _flops(device: str, plan: Plan, clock: Clock, rates: dict[str, Rate]) -> Iterator[Event]:
    yield _progress("flops", 0, len(probes.DTYPES))
    for done, dtype in enumerate(probes.DTYPES, start=1):
        found = probes.flops(dtype, device, clock, plan.dtype_s)
        if found is not None:
            rate, side = found
            rates[dtype] = rate
            samples = list(rate.samples)
            yield _data("flops", dtype=dtype, per_s=rate.per_s, samples=samples, size=side)
        yield _progress("flops", done, len(probes.DTYPES))


def _largest(device: str) -> int:
    """The largest buffer worth risking: a quarter of what is free now, at least 1 MiB."""
    if device.startswith("cuda"):
        free = torch.cuda.mem_get_info(device)[0]
    else:
        free = psutil.virtual_memory().available
    return max(MIB, int(free) // 4)


def _data(what: str, **values: object) -> Event:
    return Event(stage="data", detail={"what": what, **values})


def _progress(what: str, done: int, total: int) -> Event:
    return Event(stage="progress", detail={"what": what, "done": done, "total": total})
