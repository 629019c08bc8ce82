"""From logits to the law that the next token is drawn from: right, and with six mistakes.

Each function maps logits [V], a temperature and a top-p to probabilities [V].
"""

import torch
from torch import Tensor

from lesson_core.schema.spot import Table
from lesson_core.tasks.mistakes.shown import number

TOKENS = "abcdefgh"
TEMPERATURE, TOP_P = 0.7, 0.8
VALUES = {"temperature": TEMPERATURE, "top_p": TOP_P}


def right(logits: Tensor, temperature: float, p: float) -> Tensor:
    """The fewest likeliest tokens whose probabilities reach p, scaled to sum 1."""
    probs = (logits / temperature).softmax(dim=0)
    ordered, order = probs.sort(descending=True)
    before = ordered.cumsum(dim=0) - ordered
    kept = probs.index_fill(0, order[before >= p], 0.0)
    return kept / kept.sum()


def not_sorted(logits: Tensor, temperature: float, p: float) -> Tensor:
    """Known-wrong."""
    probs = (logits / temperature).softmax(dim=0)
    before = probs.cumsum(dim=0) - probs
    kept = probs.masked_fill(before >= p, 0.0)
    return kept / kept.sum()


def not_rescaled(logits: Tensor, temperature: float, p: float) -> Tensor:
    """Known-wrong."""
    probs = (logits / temperature).softmax(dim=0)
    ordered, order = probs.sort(descending=True)
    before = ordered.cumsum(dim=0) - ordered
    kept = probs.index_fill(0, order[before >= p], 0.0)
    return kept


def last_dropped(logits: Tensor, temperature: float, p: float) -> Tensor:
    """Known-wrong."""
    probs = (logits / temperature).softmax(dim=0)
    ordered, order = probs.sort(descending=True)
    reached = ordered.cumsum(dim=0)
    kept = probs.index_fill(0, order[reached >= p], 0.0)
    return kept / kept.sum()


def times_temperature(logits: Tensor, temperature: float, p: float) -> Tensor:
    """Known-wrong."""
    probs = (logits * temperature).softmax(dim=0)
    ordered, order = probs.sort(descending=True)
    before = ordered.cumsum(dim=0) - ordered
    kept = probs.index_fill(0, order[before >= p], 0.0)
    return kept / kept.sum()


def least_likely(logits: Tensor, temperature: float, p: float) -> Tensor:
    """Known-wrong."""
    probs = (logits / temperature).softmax(dim=0)
    ordered, order = probs.sort()
    before = ordered.cumsum(dim=0) - ordered
    kept = probs.index_fill(0, order[before >= p], 0.0)
    return kept / kept.sum()


def no_temperature(logits: Tensor, temperature: float, p: float) -> Tensor:
    """Known-wrong."""
    probs = logits.softmax(dim=0)
    ordered, order = probs.sort(descending=True)
    before = ordered.cumsum(dim=0) - ordered
    kept = probs.index_fill(0, order[before >= p], 0.0)
    return kept / kept.sum()


WRONG = (
    not_sorted, not_rescaled, last_dropped, times_temperature, least_likely, no_temperature,
)  # fmt: skip


def table(function: object, seed: int) -> Table:
    """Eight tokens: the logit, what the model says, and with what probability it is drawn."""
    assert callable(function)
    torch.manual_seed(seed)
    logits = (1.3 * torch.randn(len(TOKENS))).round(decimals=1)
    model, drawn = logits.softmax(dim=0), function(logits, TEMPERATURE, TOP_P)
    rows = zip(TOKENS, logits.tolist(), model.tolist(), drawn.tolist(), strict=True)
    return Table(
        columns=("token", "logit", "model", "drawn"),
        rows=tuple((token, f"{logit:.1f}", number(said), number(law))
                   for token, logit, said, law in rows),
    )  # fmt: skip
