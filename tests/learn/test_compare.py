"""Right or wrong, and where: the sentence names the place."""

import math

import pytest

from lesson_core.errors import LabError
from lesson_core.learn import words
from lesson_core.learn.compare import Tolerance, difference, shown, unravel
from lesson_core.learn.wire import Array

EXACT = Tolerance(0, 0)


def tensor(*flat: float, shape: tuple[int, ...] | None = None, dtype: str = "float32") -> Array:
    return Array("torch", dtype, (len(flat),) if shape is None else shape, flat)


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (1, 1), (1.0, 1), ((1, 2), [1, 2]), ({"a": 1.0}, {"a": 1.0 + 1e-9}), (None, None),
        (math.nan, math.nan), (math.inf, math.inf), ("a", "a"), ({1, 2}, {2, 1}),
        (tensor(1, 2), tensor(1, 2 + 1e-7)),
    ],
)  # fmt: skip
def test_equal(expected: object, got: object) -> None:
    assert difference(expected, got, Tolerance()) is None


@pytest.mark.parametrize(
    ("expected", "got", "code", "where"),
    [
        (1, 2, "judge_value", "result"),
        (1, True, "judge_type", "result"),
        ([0], [None], "judge_type", "result[0]"),
        ("1", 1, "judge_type", "result"),
        (1.0, 1.1, "judge_value", "result"),
        (1.0, math.nan, "judge_value", "result"),
        (math.nan, 1.0, "judge_value", "result"),
        (math.inf, -math.inf, "judge_value", "result"),
        (1.0, 10**4000, "judge_value", "result"),
        ([1, [2, 3]], [1, [2, 4]], "judge_value", "result[1][1]"),
        ([1], [1, 2], "judge_length", "result"),
        ({"a": [1]}, {"a": [2]}, "judge_value", "result['a'][0]"),
        ({"a": 1}, {}, "judge_key_missing", "result"),
        ({}, {"a": 1}, "judge_key_extra", "result"),
        ({1}, {2}, "judge_value", "result"),
        (tensor(1, 2), [1, 2], "judge_type", "result"),
        (tensor(1, 2), Array("numpy", "float32", (2,), (1, 2)), "judge_type", "result"),
        (tensor(1, 2), tensor(1, 2, shape=(1, 2)), "judge_shape", "result"),
        (tensor(1, 2), tensor(1, 2, dtype="float64"), "judge_dtype", "result"),
        (tensor(1, 2, 3, 4, shape=(2, 2)), tensor(1, 2, 0, 4, shape=(2, 2)), "judge_value",
         "result[1, 0]"),
        (tensor(1, shape=()), tensor(2, shape=()), "judge_value", "result"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_different(expected: object, got: object, code: str, where: str, lang: str) -> None:
    found = difference(expected, got, Tolerance())
    assert isinstance(found, LabError)
    assert (found.code, found.values["where"]) == (code, where)
    assert where in words.t(lang, f"errors.{code}", **found.values)


def test_the_tolerance_is_numpys() -> None:
    assert Tolerance(0.1, 0).equal(10, 11) and not Tolerance(0.1, 0).equal(10, 11.1)
    assert Tolerance(0, 0.5).equal(0, 0.5) and not EXACT.equal(0, 1e-12)


def test_an_index_is_read_row_by_row() -> None:
    assert [unravel(n, (2, 3)) for n in (0, 2, 3, 5)] == [(0, 0), (0, 2), (1, 0), (1, 2)]


def test_a_long_value_is_shortened() -> None:
    assert len(shown("a" * 1000)) == 80 and shown(1 / 3) == "0.333333"
