"""The calibrated model: it finds the prices it was fed, and each amount is what it says."""

import random

import pytest

from lesson_core.schema.sizes import SizeCase
from lesson_core.theory import calibrate, formats, operators

PRICES = {
    "layers@decode": 4e-5, "layers@prefill": 1.2e-4, "bytes": 2e-11, "bytes>48MB": 1.5e-11,
    "kv": 6e-12, "flop": 2e-12, "flop<256rows": 1e-12, "flop<64rows": 4e-12,
    "flop<16rows": 8e-12, "activations": 9e-11, "attention": 5e-12,
}  # fmt: skip


def _case(size: str, phase: str, batch: int, context: int, precision: str = "fp32") -> SizeCase:
    return SizeCase(size=size, precision=precision, phase=phase, batch=batch, context=context)


CASES = [
    *(_case(s, "decode", b, c) for s in ("0.1M", "3M", "30M", "300M")
      for b, c in ((1, 32), (1, 900), (4, 128), (16, 64))),
    *(_case(s, "prefill", 1, c) for s in ("0.4M", "10M", "100M") for c in (8, 40, 130, 600)),
]  # fmt: skip


def _truth(case: SizeCase) -> float:
    return sum(calibrate.amounts(case)[name] * price for name, price in PRICES.items())


def test_known_prices_are_found_and_predict_other_passes() -> None:
    prices = calibrate.fit(CASES, [_truth(case) for case in CASES])
    for other in (_case("1M", "decode", 2, 300), _case("deep", "prefill", 3, 100)):
        assert calibrate.predict(prices, other).total_s == pytest.approx(_truth(other), rel=0.02)


def test_a_noisy_tenth_does_not_carry_the_prices_away() -> None:
    draw = random.Random(1)
    prices = calibrate.fit(CASES, [_truth(case) * draw.uniform(0.95, 1.05) for case in CASES])
    assert all(price >= 0 for price in prices.seconds.values())
    for case in CASES:
        assert calibrate.predict(prices, case).total_s == pytest.approx(_truth(case), rel=0.1)


def test_relative_error_counts_so_small_models_are_not_forgotten() -> None:
    """With absolute errors the 300M passes would decide and the 0.1M model be far off."""
    seconds = [_truth(case) + 2e-5 for case in CASES]
    prices = calibrate.fit(CASES, seconds)
    small = CASES[0]
    assert calibrate.predict(prices, small).total_s == pytest.approx(seconds[0], rel=0.1)


def test_the_parts_add_up_and_are_named_as_everywhere() -> None:
    prices = calibrate.fit(CASES, [_truth(case) for case in CASES])
    found = calibrate.predict(prices, _case("30M", "decode", 1, 500))
    assert set(found.parts_s) == {"weights", "kv", "arithmetic", "overhead"}
    assert sum(found.parts_s.values()) == pytest.approx(found.total_s)
    assert found.parts_s["weights"] > found.parts_s["kv"] > 0


def test_one_row_multiplies_nothing_and_many_rows_do() -> None:
    alone, together = (calibrate.amounts(_case("10M", "decode", batch, 64)) for batch in (1, 16))
    assert alone["flop"] == alone["flop<16rows"] == 0
    config = _case("10M", "decode", 16, 64).config
    parts = operators.step(config, 1, 64, batch=16, scheme=formats.of_recipe("fp32")).operators()
    assert together["flop"] == sum(o.flops for o in parts if o.name != "attention")


def test_a_share_lies_beyond_a_knot() -> None:
    assert calibrate._beyond(10e6, (48e6, 128e6)) == {48e6: 0.0}
    assert calibrate._beyond(500e6, (48e6, 128e6)) == {48e6: 1.0}
    assert calibrate._beyond(32, (256, 64, 16)) == {256: 1.0, 64: pytest.approx(0.5)}


def test_packed_weights_are_read_back_where_the_engine_does() -> None:
    from lesson_core.speed.packed import FEW_ROWS

    assert calibrate.READ_BACK_ABOVE == FEW_ROWS
    few, many = (
        calibrate.amounts(_case("3M", "decode", batch, 64, "int8"))
        for batch in (FEW_ROWS, FEW_ROWS + 1)
    )
    assert few["unpacked"] == few["read-backs"] == 0
    assert many["unpacked"] == pytest.approx(_case("3M", "decode", 1, 1).config.vocab_size * 160
                                             + 10 * (4 * 160**2 + 3 * 160 * 448))  # fmt: skip
