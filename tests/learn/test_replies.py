import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesson_core.errors import LabError
from lesson_core.learn.quiz import parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("26", 26), (" 26 ms ", 26), ("３．５", 3.5), ("１，２３４", 1234), ("1.5e3", 1500),
        ("1,234,567.5", 1_234_567.5), ("1 234 567", 1_234_567), ("3,5", 3.5), ("1'000", 1000),
        (".5", 0.5), ("−4", -4), ("3×10⁹", 3e9), ("3*10^-3", 3e-3), ("2.5E+2", 250),
        ("约 26", 26), ("~26", 26), ("about 1.2k", 1200), ("1.3 亿", 1.3e8), ("2万", 2e4),
        ("6×", 6), ("6 倍", 6), ("21%", 21), ("２１％", 21), ("26。", 26), ("0,125", 0.125),
    ],
)  # fmt: skip
def test_what_people_type(text: str, value: float) -> None:
    assert parse_number(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("128 KiB", "B", 131_072), ("128 kib", "B", 131_072), ("128 KB", "B", 128_000),
        ("128k", "B", 128_000), ("1 GiB", "B", 2**30), ("131072 字节", "B", 131_072),
        ("0.026 s", "ms", 26), ("26000 µs", "ms", 26), ("26 毫秒", "ms", 26),
        ("1.2 TFLOP/s", "GFLOP/s", 1200), ("1.2 TFLOPS", "GFLOP/s", 1200),
        ("295 FLOP/byte", "FLOP/B", 295), ("21 percent", "%", 21), ("1.3 万字节", "B", 13_000),
        ("3.35 TB/s", "GB/s", 3350), ("50 µs", "µs", 50), ("50 μs", "µs", 50),
    ],
)  # fmt: skip
def test_units_are_turned_into_the_wanted_one(text: str, unit: str, value: float) -> None:
    assert parse_number(text, unit) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "many", "ms", "1,23,4", "1 2", "12 34", "nan", "inf", "1e999", "1e99999999999",
     "2 + 2", "<script>", "5 bananas", "1..2", "--3", "9" * 400],
)  # fmt: skip
def test_nonsense_is_told_from_a_number(text: str) -> None:
    with pytest.raises(LabError) as caught:
        parse_number(text)
    assert caught.value.code == "reply_not_a_number"
    assert len(str(caught.value.values["text"])) <= 40


@given(st.text(max_size=40), st.sampled_from(["", "B", "ms", "%", "GFLOP/s"]))
def test_any_text_gives_a_finite_number_or_a_sentence(text: str, unit: str) -> None:
    try:
        assert math.isfinite(parse_number(text, unit))
    except LabError as problem:
        assert problem.code in ("reply_not_a_number", "reply_wrong_unit")


@given(st.floats(min_value=1e-6, max_value=1e12))
def test_a_printed_number_is_read_back(value: float) -> None:
    assert parse_number(repr(value)) == pytest.approx(value)
    assert parse_number(f"{value:,.6f}") == pytest.approx(value, abs=1e-6)
