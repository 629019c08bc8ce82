"""The card: its arithmetic, and a tiny real one from start to end."""

import dataclasses
import json

import pytest

from lesson_core import clock
from lesson_core.measure import machine, probes
from lesson_core.measure.environment import environment
from lesson_core.schema.card import BandwidthPoint, Card, Rate
from lesson_core.schema.plain import from_plain, to_plain

MIB = 2**20
TINY = machine.Plan(sizes=(MIB, 2 * MIB, 4 * MIB), size_s=0.01, dtype_s=0.02, dispatch_s=0.02)


def card(*points: tuple[int, float]) -> Card:
    def rate(value: float) -> Rate:
        return Rate(per_s=value, samples=(value,))

    return Card(
        environment=environment("cpu", "fp32", 1),
        scope="quick",
        bandwidth=tuple(BandwidthPoint(bytes=size, rate=rate(value)) for size, value in points),
        flops={"fp32": rate(5.0), "bf16": rate(9.0)},
        dispatch_s=1e-6,
    )


def test_bandwidth_between_two_sizes_is_straight_over_the_logarithm() -> None:
    known = card((100, 40.0), (10_000, 20.0))
    assert known.bandwidth_at(100) == 40
    assert known.bandwidth_at(1000) == pytest.approx(30)
    assert known.bandwidth_at(10_000) == 20


def test_outside_of_the_sizes_the_ends_hold() -> None:
    known = card((100, 40.0), (10_000, 20.0))
    assert known.bandwidth_at(1) == 40
    assert known.bandwidth_at(1e12) == 20
    assert card((100, 7.0)).bandwidth_at(10**9) == 7


def test_points_may_come_in_any_order() -> None:
    assert card((10_000, 20.0), (100, 40.0)).bandwidth_at(1000) == pytest.approx(30)


def test_an_unmeasured_dtype_falls_back_to_fp32() -> None:
    known = card((1, 1.0))
    assert (known.flops_of("bf16"), known.flops_of("fp16")) == (9.0, 5.0)


def test_a_tiny_card_from_start_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "QUICK", TINY)
    events = list(machine.measure_card("cpu", 1, False, clock.on("cpu")))
    whats = [event.detail["what"] for event in events if event.stage == "data"]
    assert whats[0] == "environment"
    assert whats.count("bandwidth") == 3
    assert whats[-1] == "dispatch"
    assert events[-1].stage == "result"
    for event in events:
        json.dumps(to_plain(event))
    known = from_plain(Card, json.loads(json.dumps(events[-1].detail)))
    assert [point.bytes for point in known.bandwidth] == list(TINY.sizes)
    assert known.scope == "quick"
    assert "fp32" in known.flops
    assert known.dispatch_s > 0
    assert known.took_s > 0


def test_a_mini_card_knows_its_one_working_set() -> None:
    known = machine.mini_card("cpu", 1, 3 * MIB, "fp32", clock.on("cpu"))
    assert (known.scope, [point.bytes for point in known.bandwidth]) == ("mini", [3 * MIB])
    assert set(known.flops) == {"fp32"}


def test_threads_are_left_as_they_were() -> None:
    import torch

    before = torch.get_num_threads()
    machine.mini_card("cpu", 1, MIB, "fp32", clock.on("cpu"))
    assert torch.get_num_threads() == before


def test_a_dtype_the_device_cannot_multiply_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("not implemented for 'Half'")

    monkeypatch.setattr(probes, "_product", refuse)
    assert probes.flops("fp16", "cpu", clock.on("cpu"), 0.01) is None


def test_bytes_read_are_those_of_the_matrix() -> None:
    ticks = iter(range(10_000))
    rate = probes.bandwidth(probes.room(MIB, "cpu"), MIB, lambda: float(next(ticks)), 5.0)
    assert rate.per_s == MIB  # one call between two ticks of one second


def test_little_memory_means_small_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    class Little:
        available = 12 * MIB

    monkeypatch.setattr(machine.psutil, "virtual_memory", Little)
    plan = dataclasses.replace(TINY, sizes=(MIB, 64 * MIB))
    points: list[BandwidthPoint] = []
    list(machine._bandwidth("cpu", plan, clock.on("cpu"), points))
    assert [point.bytes for point in points] == [MIB]
