"""Values on their way into the judged process and out of it: JSON with a mark for the rest.

Both ends use this file; it must not import anything of ours. A tensor travels as its type, its
shape and a flat list of its numbers, and is an `Array` where there is no PyTorch.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

DEPTH = 32
NODES = 200_000
FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class NotSendable(Exception):
    """A value that cannot travel, with the reason."""


@dataclass(frozen=True)
class Array:
    """A tensor ("torch") or an array ("numpy"), without either library."""

    kind: str
    dtype: str
    shape: tuple[int, ...]
    flat: tuple[Any, ...]


Build = Callable[[Array], object]


def encode(value: Any) -> Any:
    """Something `json.dumps` takes, from numbers, text, lists, tuples, sets, dicts and tensors.

    Raises NotSendable for anything else, for what is nested too deeply and what is too large.
    """
    budget = [NODES]
    return _encode(value, 0, budget)


def _encode(value: Any, depth: int, budget: list[int]) -> Any:
    budget[0] -= 1
    if depth > DEPTH or budget[0] < 0:
        raise NotSendable("nested too deeply" if depth > DEPTH else "too large")
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {"$": "float", "is": str(value)}
    if type(value) is list:
        return [_encode(item, depth + 1, budget) for item in value]
    if type(value) in (tuple, set, frozenset):
        items = list(value) if type(value) is tuple else sorted(value, key=repr)
        mark = "tuple" if type(value) is tuple else "set"
        return {"$": mark, "items": [_encode(item, depth + 1, budget) for item in items]}
    if isinstance(value, dict):
        pairs = [[_encode(k, depth + 1, budget), _encode(v, depth + 1, budget)]
                 for k, v in value.items()]  # fmt: skip
        return {"$": "dict", "items": pairs}
    if isinstance(value, Array):
        return _array(value.kind, value.dtype, value.shape, list(value.flat), budget)
    if all(hasattr(value, name) for name in ("tolist", "shape", "dtype", "reshape")):
        kind = "torch" if str(value.dtype).startswith("torch.") else "numpy"
        size = math.prod(value.shape)
        if size > budget[0]:
            raise NotSendable("too large")
        flat = value.reshape(-1).tolist()
        return _array(kind, str(value.dtype), value.shape, flat, budget)
    if hasattr(value, "item") and hasattr(value, "dtype"):  # a NumPy number
        return _encode(value.item(), depth + 1, budget)
    raise NotSendable(f"a {type(value).__name__} is neither a number, text, list, dict nor tensor")


def _array(
    kind: str, dtype: str, shape: Sequence[int], flat: list[Any], budget: list[int]
) -> dict[str, Any]:
    numbers = [_encode(item, 0, budget) for item in flat]
    name = dtype.removeprefix("torch.")
    return {"$": "array", "kind": kind, "dtype": name, "shape": list(shape), "flat": numbers}


def decode(data: Any, build: Build = lambda array: array) -> Any:
    """The value again; `build` makes tensors of arrays.

    Raises NotSendable for what `encode` does not write: it may come from learner code.
    """
    try:
        return _decode(data, build, 0)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise NotSendable(f"malformed: {type(error).__name__}") from error


def _decode(data: Any, build: Build, depth: int) -> Any:
    if depth > DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(data, list):
        return [_decode(item, build, depth + 1) for item in data]
    if not isinstance(data, dict):
        return data
    mark = data["$"]
    if mark == "float":
        return FLOATS[data["is"]]
    if mark == "array":
        flat = tuple(_decode(item, build, depth + 1) for item in data["flat"])
        shape = tuple(int(size) for size in data["shape"])
        if math.prod(shape) != len(flat) or min(shape, default=0) < 0:
            raise ValueError("shape and numbers disagree")
        if not all(isinstance(item, int | float) for item in flat):
            raise ValueError("not numbers")
        return build(Array(str(data["kind"]), str(data["dtype"]), shape, flat))
    items = [_decode(item, build, depth + 1) for item in data["items"]]
    if mark == "dict":
        return {key: value for key, value in items}
    return {"tuple": tuple, "set": set}[mark](items)
