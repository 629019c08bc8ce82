"""The weights of one attention head: right, and with six mistakes in its mask or softmax.

Each function maps queries and keys [T, d] to weights [T, T], row by row who looks at whom.
"""

import math

import torch
from torch import Tensor

from lesson_core.schema.spot import Table
from lesson_core.tasks.mistakes.shown import number

TOKENS, WIDTH = 5, 16
VALUES: dict[str, float] = {}


def right(q: Tensor, k: Tensor) -> Tensor:
    """softmax(QKᵀ/√d) under a causal mask."""
    scores = q @ k.T / math.sqrt(q.shape[-1])
    seen = torch.ones(len(q), len(k), dtype=torch.bool).tril()
    return scores.masked_fill(~seen, -torch.inf).softmax(dim=-1)


def no_mask(q: Tensor, k: Tensor) -> Tensor:
    """Known-wrong."""
    scores = q @ k.T / math.sqrt(q.shape[-1])
    return scores.softmax(dim=-1)


def one_ahead(q: Tensor, k: Tensor) -> Tensor:
    """Known-wrong."""
    scores = q @ k.T / math.sqrt(q.shape[-1])
    seen = torch.ones(len(q), len(k), dtype=torch.bool).tril(1)
    return scores.masked_fill(~seen, -torch.inf).softmax(dim=-1)


def without_itself(q: Tensor, k: Tensor) -> Tensor:
    """Known-wrong."""
    scores = q @ k.T / math.sqrt(q.shape[-1])
    seen = torch.ones(len(q), len(k), dtype=torch.bool).tril(-1)
    return scores.masked_fill(~seen, -torch.inf).softmax(dim=-1)


def mask_after_softmax(q: Tensor, k: Tensor) -> Tensor:
    """Known-wrong."""
    scores = q @ k.T / math.sqrt(q.shape[-1])
    seen = torch.ones(len(q), len(k), dtype=torch.bool).tril()
    return scores.softmax(dim=-1).masked_fill(~seen, 0.0)


def over_queries(q: Tensor, k: Tensor) -> Tensor:
    """Known-wrong."""
    scores = q @ k.T / math.sqrt(q.shape[-1])
    seen = torch.ones(len(q), len(k), dtype=torch.bool).tril()
    return scores.masked_fill(~seen, -torch.inf).softmax(dim=-2)


def looks_forward(q: Tensor, k: Tensor) -> Tensor:
    """Known-wrong."""
    scores = q @ k.T / math.sqrt(q.shape[-1])
    seen = torch.ones(len(q), len(k), dtype=torch.bool).triu()
    return scores.masked_fill(~seen, -torch.inf).softmax(dim=-1)


WRONG = (no_mask, one_ahead, without_itself, mask_after_softmax, over_queries, looks_forward)


def table(function: object, seed: int) -> Table:
    """The weights of five random tokens, a row per query."""
    assert callable(function)
    torch.manual_seed(seed)
    q, k = torch.randn(2, TOKENS, WIDTH)
    weights = function(q, k).tolist()
    places = [str(place) for place in range(1, TOKENS + 1)]
    return Table(
        columns=("query", *places),
        rows=tuple((place, *(number(weight) for weight in row))
                   for place, row in zip(places, weights, strict=True)),
    )  # fmt: skip
