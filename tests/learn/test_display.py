"""Values as a learner would write them, and none of them long."""

import math

import pytest

from lesson_core.learn import display
from lesson_core.learn.wire import Array


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7.3890560989, "7.38906"),
        (12, "12"),
        (math.nan, "nan"),
        ("a'b", '"a\'b"'),
        (None, "None"),
        ([1.0, (2, -3.25)], "[1.0, (2, -3.25)]"),
        (-2.0, "-2.0"),
        (1e20, "1e+20"),
        ((1,), "(1,)"),
        ((), "()"),
        ({"k": [1], 2: None}, "{'k': [1], 2: None}"),
        (set(), "set()"),
        ({2, 1}, "{1, 2}"),
        (Array("torch", "float32", (2, 2), (1.0, 2.0, 3.0, 4.5)),
         "tensor float32 (2, 2) [[1.0, 2.0], [3.0, 4.5]]"),
        (Array("torch", "int64", (), (3,)), "tensor int64 () 3"),
        (Array("numpy", "int64", (100,), (7,) * 100),
         f"array int64 (100) [{', '.join('7' * 16)}, …]"),
        (Array("numpy", "bool", (0, 3), ()), "array bool (0, 3) []"),
    ],
)  # fmt: skip
def test_values(value: object, expected: str) -> None:
    assert display.text(value, 200) == expected


def test_what_is_long_is_cut() -> None:
    for value in (list(range(10**6)), "x" * 10**5, Array("torch", "int64", (10**5,), (1,) * 10**5)):
        assert len(display.text(value, 60)) == 60
        assert display.text(value, 60).endswith("…")


def test_a_call_is_cut_as_a_whole() -> None:
    assert display.call("f", (1, "b"), 60) == "f(1, 'b')"
    assert display.call("", (1, "b"), 60) == "1, 'b'"
    assert len(display.call("f", ([1] * 50, [2] * 50), 80)) == 80
