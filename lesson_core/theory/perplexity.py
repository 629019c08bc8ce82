"""Perplexity out of batches: which mean is meant, and exactly how far the usual one is off.

A loader's batches rarely hold equally many tokens. Adding up ΣNLL and Σtokens and dividing once
gives every token the same say; the mean of the batches' means gives it to every batch instead.
Source of the wrong one: the two lines `total += loss.item()` and `total / len(loader)`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What a model made of one batch. `loss` is its mean, in nats per token."""

    tokens: int
    loss: float


EXAMPLE = (Batch(tokens=100, loss=2.0), Batch(tokens=10, loss=4.0))


def mean_of_means(batches: Sequence[Batch]) -> float:
    """Every batch counts alike, in nats: the way that goes wrong."""
    return sum(batch.loss for batch in batches) / len(batches)


def per_token(batches: Sequence[Batch]) -> float:
    """Every token counts alike, in nats: ΣNLL / Σtokens."""
    return sum(b.loss * b.tokens for b in batches) / sum(b.tokens for b in batches)


def gap(batches: Sequence[Batch]) -> float:
    """mean_of_means − per_token, from the covariance alone: −Cov(tokens, loss) / mean tokens.

    Batches of one size have none, nor batches of one loss; short batches that are hard make the
    wrong mean too large.
    """
    tokens = sum(b.tokens for b in batches) / len(batches)
    loss = mean_of_means(batches)
    covariance = sum((b.tokens - tokens) * (b.loss - loss) for b in batches) / len(batches)
    return -covariance / tokens


def perplexity(nats: float) -> float:
    """exp of a mean loss in nats per token; ∞ where that is beyond a float."""
    return math.exp(nats) if nats < 700 else math.inf


def bits_per_byte(nats: float, tokens: int, size: int) -> float:
    """A mean loss per token as bits per byte of text; `size` is what the tokens spell in UTF-8."""
    return nats * tokens / math.log(2) / size
