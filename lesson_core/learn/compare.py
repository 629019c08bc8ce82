"""Is this the right answer? In the parent, with a tolerance, and with a sentence if it is not.

`where` in a sentence is written as Python would: result[2]["k"], or result[1, 0] in a tensor.
"""

import math
from dataclasses import dataclass
from typing import Any

from lesson_core.errors import LabError
from lesson_core.learn import display
from lesson_core.learn.wire import Array

RESULT = "result"  # the whole of what came back
SHOWN = 80  # characters of a value in a sentence
ALIKE = ({list, tuple}, {int, float})  # types that may stand for each other


@dataclass(frozen=True)
class Tolerance:
    """Equal when |got − expected| ≤ absolute + relative · |expected|, as in numpy.isclose."""

    relative: float = 1e-4
    absolute: float = 1e-6

    def equal(self, expected: float, got: float) -> bool:
        try:
            if math.isnan(expected) or math.isnan(got):
                return math.isnan(expected) and math.isnan(got)
            if math.isinf(expected) or math.isinf(got):
                return expected == got
            return abs(got - expected) <= self.absolute + self.relative * abs(expected)
        except OverflowError:  # an integer that no float can hold
            return expected == got


def difference(
    expected: Any, got: Any, tolerance: Tolerance, where: str = RESULT
) -> LabError | None:
    """The first place where the two differ, or None."""
    if isinstance(expected, Array) and isinstance(got, Array):
        return _arrays(expected, got, tolerance, where)
    kinds = {type(expected), type(got)}
    if len(kinds) > 1 and not any(kinds <= pair for pair in ALIKE):
        if got is None and where == RESULT:  # what a function without a return gives
            return LabError("judge_none", expected=name(expected))
        return LabError("judge_type", where=where, got=name(got), expected=name(expected))
    if isinstance(expected, list | tuple):
        return _sequences(expected, got, tolerance, where)
    if isinstance(expected, dict):
        return _dicts(expected, got, tolerance, where)
    if isinstance(expected, float) or isinstance(got, float):
        return None if tolerance.equal(expected, got) else _value(expected, got, where)
    return None if expected == got else _value(expected, got, where)


def _arrays(expected: Array, got: Array, tolerance: Tolerance, where: str) -> LabError | None:
    if expected.kind != got.kind:
        return LabError("judge_type", where=where, got=name(got), expected=name(expected))
    if expected.shape != got.shape:
        shapes = {"got": str(got.shape), "expected": str(expected.shape)}
        return LabError("judge_shape", where=where, **shapes)
    if expected.dtype != got.dtype:
        return LabError("judge_dtype", where=where, got=got.dtype, expected=expected.dtype)
    for number, (right, left) in enumerate(zip(expected.flat, got.flat, strict=True)):
        if not tolerance.equal(right, left):
            index = ", ".join(map(str, unravel(number, expected.shape)))
            return _value(right, left, f"{where}[{index}]" if index else where)
    return None


def _sequences(expected: Any, got: Any, tolerance: Tolerance, where: str) -> LabError | None:
    if len(expected) != len(got):
        return LabError("judge_length", where=where, got=len(got), expected=len(expected))
    for number, (right, left) in enumerate(zip(expected, got, strict=True)):
        found = difference(right, left, tolerance, f"{where}[{number}]")
        if found is not None:
            return found
    return None


def _dicts(
    expected: dict[Any, Any], got: dict[Any, Any], tolerance: Tolerance, where: str
) -> LabError | None:
    for key in expected:
        if key not in got:
            return LabError("judge_key_missing", where=where, name=repr(key)[:SHOWN])
        found = difference(expected[key], got[key], tolerance, f"{where}[{key!r}]")
        if found is not None:
            return found
    extra = [key for key in got if key not in expected]
    return LabError("judge_key_extra", where=where, name=repr(extra[0])[:SHOWN]) if extra else None


def _value(expected: object, got: object, where: str) -> LabError:
    return LabError("judge_value", where=where, got=shown(got), expected=shown(expected))


def unravel(number: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The index of the `number`-th element of a tensor laid out row by row."""
    index = []
    for size in reversed(shape):
        number, place = divmod(number, size)
        index.append(place)
    return tuple(reversed(index))


def name(value: object) -> str:
    """The type as Python names it."""
    if isinstance(value, Array):
        return "torch.Tensor" if value.kind == "torch" else "numpy.ndarray"
    return "None" if value is None else type(value).__name__


def shown(value: object) -> str:
    """A value short enough for a sentence."""
    return display.text(value, SHOWN)
