"""A value as a learner would write it down, cut where it gets long: in sentences and examples."""

from collections.abc import Iterator, Sequence
from typing import Any

from lesson_core.learn.wire import Array

KINDS = {"torch": "tensor", "numpy": "array"}
DIGITS = 6
ROW = 16  # numbers along one dimension of a tensor; the shape says how many there are


def text(value: object, most: int) -> str:
    """Python's way; a tensor with its dtype and shape before its numbers. At most `most` signs."""
    found, length = [], 0
    for piece in _pieces(value):
        found.append(piece)
        length += len(piece)
        if length > most:
            return "".join(found)[: most - 1] + "…"
    return "".join(found)


def call(function: str, arguments: Sequence[object], most: int) -> str:
    """`function(1, [2, 3])`; without a name, the arguments alone."""
    inside = ", ".join(text(one, most) for one in arguments)
    whole = f"{function}({inside})" if function else inside
    return whole if len(whole) <= most else whole[: most - 1] + "…"


def _pieces(value: Any) -> Iterator[str]:
    """Piece by piece, so that a long value is not written out to be cut."""
    if isinstance(value, Array):
        shape = ", ".join(map(str, value.shape))
        yield f"{KINDS.get(value.kind, value.kind)} {value.dtype} ({shape}) "
        yield from _numbers(value.flat, value.shape)
    elif isinstance(value, float):
        short = f"{value:.{DIGITS}g}"
        yield short if not short.lstrip("-").isdigit() else f"{short}.0"
    elif isinstance(value, dict):
        yield "{"
        for number, (key, item) in enumerate(value.items()):
            yield ", " if number else ""
            yield from _pieces(key)
            yield ": "
            yield from _pieces(item)
        yield "}"
    elif isinstance(value, list):
        yield from _inside("[", value, "]")
    elif isinstance(value, tuple):
        yield from _inside("(", value, ",)" if len(value) == 1 else ")")
    elif isinstance(value, set | frozenset) and value:
        yield from _inside("{", sorted(value, key=repr), "}")
    else:
        yield repr(value)


def _inside(before: str, items: Sequence[Any], after: str) -> Iterator[str]:
    yield before
    for number, item in enumerate(items):
        yield ", " if number else ""
        yield from _pieces(item)
    yield after


def _numbers(flat: Sequence[Any], shape: Sequence[int]) -> Iterator[str]:
    """The numbers of a tensor, a bracket per dimension."""
    if not shape:
        yield from _pieces(flat[0])
        return
    rows = len(flat) // shape[0] if shape[0] else 0
    yield "["
    for number in range(min(shape[0], ROW)):
        yield ", " if number else ""
        yield from _numbers(flat[number * rows : (number + 1) * rows], shape[1:])
    yield ", …]" if shape[0] > ROW else "]"
