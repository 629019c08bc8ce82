"""Values on the wire: what goes in comes out, and what does not belong there is refused."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesson_core.learn.wire import Array, NotSendable, decode, encode

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
        | st.sets(st.integers(), max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_what_goes_in_comes_out(value: object) -> None:
    back = decode(json.loads(json.dumps(encode(value))))
    assert back == value and type(back) is type(value)


def test_what_json_has_no_word_for() -> None:
    back = decode(json.loads(json.dumps(encode([math.nan, math.inf, -math.inf]))))
    assert math.isnan(back[0]) and back[1:] == [math.inf, -math.inf]


def test_tensors_and_arrays_travel_without_their_library() -> None:
    import numpy
    import torch

    for made, kind in ((torch.arange(6.0).reshape(2, 3), "torch"), (numpy.eye(2), "numpy")):
        back = decode(json.loads(json.dumps(encode(made))))
        assert isinstance(back, Array) and back.kind == kind and back.shape == tuple(made.shape)
        assert back.flat == tuple(made.reshape(-1).tolist())
    half = torch.tensor([[1.5]], dtype=torch.bfloat16, requires_grad=True)
    assert decode(encode(half)) == Array("torch", "bfloat16", (1, 1), (1.5,))


class Text(str):
    """Looks like text, and says so of everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


@pytest.mark.parametrize("value", [object(), 1j, b"x", Text("a"), {1: object()}, [lambda: 1]])
def test_other_things_are_refused(value: object) -> None:
    with pytest.raises(NotSendable):
        encode(value)


def test_what_is_too_deep_or_too_large_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    for value in (endless, [0] * 300_000):
        with pytest.raises(NotSendable):
            encode(value)


@pytest.mark.parametrize(
    "data",
    [
        {}, {"$": "nothing", "items": []}, {"$": "float", "is": "1"}, {"$": "dict", "items": [1]},
        {"$": "dict", "items": [[[1], 2]]}, {"$": "set", "items": [[1]]}, {"$": "tuple"},
        {"$": "array", "kind": "torch", "dtype": "float32", "shape": [3], "flat": [1.0]},
        {"$": "array", "kind": "torch", "dtype": "float32", "shape": [-1, -1], "flat": [1.0]},
        {"$": "array", "kind": "torch", "dtype": "float32", "shape": [1], "flat": ["x"]},
        json.loads("[" * 900 + "]" * 900),
    ],
)  # fmt: skip
def test_malformed_data_is_refused(data: object) -> None:
    with pytest.raises(NotSendable):
        decode(data)
