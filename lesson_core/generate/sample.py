"""From scores to one token: temperature, top-k and top-p, then a draw."""

import torch
from torch import Tensor

from lesson_core.schema.specs import Sampling


def with_temperature(logits: Tensor, temperature: float) -> Tensor:
    """Divide by the temperature: above 1 flattens the law, below 1 sharpens it.

    The largest score is moved to 0 first, so no temperature can overflow.
    """
    return (logits.double() - logits.max().double()) / temperature


def keep_top_k(logits: Tensor, k: int) -> Tensor:
    """Only the `k` largest scores stay, the others become -inf; equals stay by lower id."""
    order = logits.sort(descending=True, stable=True).indices
    return logits.index_fill(0, order[k:], -torch.inf)


def keep_top_p(logits: Tensor, p: float) -> Tensor:
    """The smallest set of likeliest tokens whose probabilities reach `p`; at least one."""
    ordered, order = logits.sort(descending=True, stable=True)
    probs = ordered.softmax(dim=0)
    before = probs.cumsum(dim=0) - probs  # the sum of all likelier tokens
    dropped = before >= p
    dropped[0] = False
    return logits.index_fill(0, order[dropped], -torch.inf)


def filtered_probs(logits: Tensor, sampling: Sampling) -> Tensor:
    """The law that the next token is drawn from: [vocab_size], float64, sums to 1."""
    if sampling.temperature == 0:  # greedy: all the weight on the first largest score
        return torch.zeros_like(logits, dtype=torch.double).index_fill(0, logits.argmax(), 1.0)
    logits = with_temperature(logits, sampling.temperature)
    if 0 < sampling.top_k < logits.shape[0]:
        logits = keep_top_k(logits, sampling.top_k)
    if sampling.top_p < 1:
        logits = keep_top_p(logits, sampling.top_p)
    return logits.softmax(dim=0)


class Sampler:
    """Draws token after token; the same seed draws the same tokens on every device."""

    def __init__(self, sampling: Sampling) -> None:
        self.sampling = sampling
        self._random = torch.Generator().manual_seed(sampling.seed)

    def __call__(self, logits: Tensor) -> int:
        """One token id from `logits` [vocab_size]."""
        if self.sampling.temperature == 0:
            return int(logits.argmax())
        probs = filtered_probs(logits.cpu(), self.sampling)
        return int(torch.multinomial(probs, 1, generator=self._random))
