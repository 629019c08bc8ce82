"""Episodes: a small classification task drawn anew each time, N classes with K examples each.

The classes of an episode never carry the same number twice, so nothing can be learned about
"class 3"; what can be learned is how to learn. Classes for practice and classes for the test are
different ones: a method that has seen a class before is not few-shot on it.
Source: Vinyals et al. 2016, arXiv:1606.04080; Ravi & Larochelle 2017.
"""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from lesson_core.errors import LabError


class Pool(NamedTuple):
    """Vectors by class: `shown` may be learned from, `asked` is only asked. Each [n, d_model]."""

    shown: list[Tensor]
    asked: list[Tensor]

    def only(self, classes: Sequence[int]) -> "Pool":
        """The pool of some of the classes."""
        return Pool([self.shown[c] for c in classes], [self.asked[c] for c in classes])


class Episode(NamedTuple):
    """N·K examples with their classes 0 … N − 1, and the texts to be told apart with theirs."""

    support: Tensor  # [N·K, d_model]
    labels: Tensor  # [N·K]
    query: Tensor  # [N·Q, d_model]
    right: Tensor  # [N·Q]
    classes: tuple[int, ...]  # which of the pool


def divided(classes: int, practice: int, seed: int) -> tuple[list[int], list[int]]:
    """Class numbers to practise on, and those kept for the test."""
    order = random.Random(seed).sample(range(classes), classes)
    return sorted(order[:practice]), sorted(order[practice:])


def episodes(pool: Pool, ways: int, shots: int, asked: int, seed: int) -> Iterator[Episode]:
    """One episode after another, the same for the same seed; LabError("few_shot_too_small")."""
    least = min((len(rows) for rows in pool.shown), default=0)
    if ways > len(pool.shown) or shots > least:
        raise LabError("few_shot_too_small", ways=ways, shots=shots,
                       classes=len(pool.shown), least=least)  # fmt: skip
    draw = random.Random(seed)
    while True:
        classes = tuple(draw.sample(range(len(pool.shown)), ways))
        yield Episode(
            *_some([pool.shown[c] for c in classes], shots, draw),
            *_some([pool.asked[c] for c in classes], asked, draw),
            classes,
        )


def _some(rows: list[Tensor], each: int, draw: random.Random) -> tuple[Tensor, Tensor]:
    """`each` vectors of every class, fewer where there are fewer, with the class's number."""
    kept = [one[draw.sample(range(len(one)), min(each, len(one)))] for one in rows]
    labels = torch.arange(len(rows)).repeat_interleave(torch.tensor([len(one) for one in kept]))
    return torch.cat(kept), labels
