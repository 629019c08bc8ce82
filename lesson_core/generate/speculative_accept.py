"""Which draft tokens stay: the rule that makes speculative decoding exact.

A draft token x was drawn from q; the model says p. Keep x with probability min(1, p(x)/q(x));
otherwise draw from what p has and q lacks, max(0, p − q) scaled to 1. Either way the token
follows p, whatever q was. Source: Leviathan et al. 2023, arXiv:2211.17192, appendix A.1.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor


class Verdict(NamedTuple):
    """How a round ended: the first `accepted` draft tokens stay, then comes `token`."""

    accepted: int
    token: int


Resample = Callable[[Tensor, Tensor], Tensor]


def residual(p: Tensor, q: Tensor) -> Tensor:
    """max(0, p − q) scaled to sum 1: the law of the token after a rejection, [vocab_size]."""
    left = (p - q).clamp(min=0)
    total = left.sum()
    return left / total if total > 0 else p  # p = q up to rounding: nothing can be missing


def target_again(p: Tensor, q: Tensor) -> Tensor:
    """The known-wrong twin of `residual`: draw from p itself, as if nothing had been tried.

    It favours what q likes: those tokens get their chance twice. The χ² test must notice.
    """
    return p


def accept(
    draft: list[int],
    q: Tensor,
    p: Tensor,
    random: torch.Generator,
    resample: Resample = residual,
) -> Verdict:
    """Apply the rule to a round: `q` [γ, vocab_size] drew the draft, `p` [γ + 1, vocab_size].

    Row i of p is the model's law for draft token i, given all before it; its last row is the law
    of the token after a draft accepted whole. Both in float64, rows summing to 1.
    """
    for i, token in enumerate(draft):
        chance = float(p[i, token] / q[i, token])
        if float(torch.rand((), generator=random, dtype=torch.double)) >= chance:
            return Verdict(i, draw(resample(p[i], q[i]), random))
    return Verdict(len(draft), draw(p[len(draft)], random))


def accept_greedy(draft: list[int], best: list[int]) -> Verdict:
    """The rule at temperature 0: keep the draft as long as it is what the model would say.

    `best` holds the likeliest token of each of the γ + 1 positions.
    """
    accepted = 0
    while accepted < len(draft) and draft[accepted] == best[accepted]:
        accepted += 1
    return Verdict(accepted, best[accepted])


def certain(tokens: list[int], vocab_size: int) -> Tensor:
    """The law of a drafter that does not draw: all the weight on its token, [γ, vocab_size]."""
    index = torch.tensor(tokens, dtype=torch.long)[:, None]
    return torch.zeros(len(tokens), vocab_size, dtype=torch.double).scatter_(1, index, 1.0)


def draw(probs: Tensor, random: torch.Generator) -> int:
    """One token id from `probs` [vocab_size]."""
    return int(torch.multinomial(probs, 1, generator=random))
