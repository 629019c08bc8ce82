"""Timing against a clock that only moves when work is done."""

import pytest

from lesson_core.measure import timing


class Bench:
    """Work that takes as long as it is told, on its own clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[str] = []

    def clock(self) -> float:
        return self.now

    def work(self, name: str, seconds: float):
        def run() -> None:
            self.now += seconds
            self.calls.append(name)

        return run


def test_warm_up_does_not_count() -> None:
    bench = Bench()
    samples = timing.repeat(bench.work("a", 0.5), bench.clock, 3, warm_up=2)
    assert samples == (0.5, 0.5, 0.5)
    assert len(bench.calls) == 5


def test_sides_take_turns() -> None:
    bench = Bench()
    sides = {"a": bench.work("a", 0.1), "b": bench.work("b", 0.3)}
    taken = timing.interleave(sides, bench.clock, 3, warm_up=1)
    assert "".join(bench.calls) == "abababab"
    assert taken["a"] == pytest.approx((0.1,) * 3)
    assert taken["b"] == pytest.approx((0.3,) * 3)


def test_short_work_is_timed_in_batches() -> None:
    bench = Bench()
    loops = timing.loops_for(bench.work("a", 1e-6), bench.clock, 1e-3)
    assert 1e-3 <= loops * 1e-6 <= 3e-3


def test_long_work_is_timed_alone() -> None:
    bench = Bench()
    assert timing.loops_for(bench.work("a", 0.2), bench.clock, 1e-3) == 1


def test_a_clock_that_stands_still_ends_too() -> None:
    assert timing.loops_for(lambda: None, lambda: 0.0, 1e-3, most=50) == 50


def test_the_budget_ends_the_samples() -> None:
    bench = Bench()
    samples = timing.repeat_for(bench.work("a", 0.1), bench.clock, 1.0)
    assert 3 <= len(samples) <= 10
    assert bench.now <= 1.2
    assert samples[0] == pytest.approx(0.1)


def test_slow_work_still_gives_three_samples() -> None:
    bench = Bench()
    assert len(timing.repeat_for(bench.work("a", 5.0), bench.clock, 1.0)) == 3
