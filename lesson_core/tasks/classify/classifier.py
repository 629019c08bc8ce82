"""What every classifier here can do, and how it is measured: the same four numbers for all.

Accuracy, calibration (ECE), milliseconds per text, bytes of what it needs to answer.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from lesson_core.clock import Clock
from lesson_core.theory import calibration


class Classifier(Protocol):
    """Learns from labelled texts, then gives every class a share of each text."""

    def fit(self, texts: Sequence[str], labels: Sequence[int]) -> None:
        """Learn; labels are 0 … C − 1, each at least once."""

    def shares(self, texts: Sequence[str]) -> Tensor:
        """p(class | text), rows that sum to 1: [N, C]."""

    def bytes(self) -> int:
        """Bytes of the numbers that an answer is computed from."""


class Measured(NamedTuple):
    """`seconds` are per text, read one by one; `said` [N] and `confidences` belong to the texts."""

    accuracy: float
    ece: float
    seconds: float
    bytes: int
    said: list[int]
    confidences: list[float]


def measured(
    one: Classifier, texts: Sequence[str], labels: Sequence[int], clock: Clock, timed: int = 20
) -> Measured:
    """Ask about all texts at once, then about the first `timed` one at a time, for the latency."""
    shares = one.shares(texts)
    begun = clock()
    for text in texts[:timed]:
        one.shares([text])
    seconds = (clock() - begun) / len(texts[:timed])
    return judged(shares, labels, seconds, one.bytes())


def judged(shares: Tensor, labels: Sequence[int], seconds: float, size: int) -> Measured:
    """The numbers of answers [N, C] that are there already: argmax over the classes, axis 1."""
    confidences, said = shares.max(dim=1)
    right = (said == torch.tensor(labels)).tolist()
    sure = confidences.double().clamp(0, 1).tolist()
    return Measured(
        sum(right) / len(right),
        calibration.expected_error(sure, right),
        seconds,
        size,
        said.tolist(),
        sure,
    )
