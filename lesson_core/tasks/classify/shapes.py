"""One text and `argmax(axis=1)`: where the shapes break, and where they fit and it is wrong.

A head multiplies vectors [N, d] by weights [d, C] and adds a bias [C]. One text without its batch
is [d], its scores are [C], and an array of one axis has no axis 1.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


class Broken(NamedTuple):
    """What was measured: shapes on the way, the error's words, the classes that were said."""

    vector: list[int]
    weights: list[int]
    scores: list[int]
    error: str  # of argmax(axis=1) on the scores of one text
    batch: list[int]  # the scores of a batch of one
    found: list[int]  # the shape of its argmax over the classes
    said: str  # the name of the class, at last
    wrong_axis: list[int]  # the shape of argmax(axis=0) over N texts: C numbers, not N
    texts: int
    one_output: list[int]  # the different answers of a head with a single output: only 0


def as_written(vector: Array, weights: Array, bias: Array) -> Array:
    """The usual two lines: [d] times [d, C] is [C], and axis 1 of that does not exist."""
    prediction = vector @ weights + bias
    answer: Array = prediction.argmax(axis=1)
    return answer


def label_of(vector: Array, weights: Array, bias: Array, names: Sequence[str]) -> str:
    """The right shapes: a batch of one, an argmax over its classes, the first answer, its name."""
    batch = vector[np.newaxis, :]  # [1, d]
    scores = batch @ weights + bias  # [1, C]
    answers = scores.argmax(axis=1)  # [1]
    return names[int(answers[0])]


def broken(vectors: Array, weights: Array, bias: Array, names: Sequence[str]) -> Broken:
    """All of it on vectors [N, d]; the first of them is the one text."""
    vector = vectors[0]
    try:
        as_written(vector, weights, bias)
        error = ""
    except ValueError as problem:  # numpy's AxisError is one
        error = str(problem)
    scores = vectors @ weights + bias
    one_output = (scores[:, :1]).argmax(axis=1)  # [N, 1]: the largest of one
    return Broken(
        list(vector.shape), list(weights.shape), list((vector @ weights).shape), error,
        list(scores[:1].shape), list(scores[:1].argmax(axis=1).shape),
        label_of(vector, weights, bias, names), list(scores.argmax(axis=0).shape), len(vectors),
        sorted(set(one_output.tolist())),
    )  # fmt: skip
