"""Where a step doubles: read off a curve, and off a formula."""

import pytest

from lesson_core.theory import batches, operators, roofline, tables


def test_between_two_batches_the_line_is_straight() -> None:
    assert batches.doubling([1, 2, 4, 8], [10, 11, 15, 25]) == pytest.approx(6.0)
    assert batches.doubling([1, 2], [10, 19]) is None
    assert batches.doubling([1, 2, 4], [10, 30, 40]) == pytest.approx(1.5)


def test_without_caches_it_is_twice_the_ridge_points_batch() -> None:
    rates = roofline.Rates(bandwidth=1e9, flops=64e9)
    found = batches.doubling_of(lambda b: max(4e9 / rates.bandwidth, 2e9 * b / rates.flops))
    assert found == pytest.approx(2 * 64 * 4 / 2, abs=1)


def test_it_may_never_double() -> None:
    assert batches.doubling_of(lambda b: 1.0, most=1000) is None


def test_caches_double_the_step_before_arithmetic_does() -> None:
    config, rates = tables.models()["Llama-3.1-8B"], tables.datasheet_rates("H100 SXM")

    def step(context: int):
        def seconds(batch: int) -> float:
            cost = operators.step(config, 1, context, number_bytes=2, batch=batch)
            return roofline.time_of(cost.operators(), rates).total_s

        return seconds

    short, long = (batches.doubling_of(step(context)) for context in (1, 8000))
    assert short > 500 > 30 > long
