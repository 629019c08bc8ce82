"""Speculative decoding, one draft token at a time: right, and with six mistakes.

Each function draws `n` tokens: q [V] is the law of the draft, p [V] that of the model, and what
comes out should follow p. Source: Leviathan et al. 2023, arXiv:2211.17192.
"""

import torch
from torch import Generator, Tensor

from lesson_core.schema.spot import Table
from lesson_core.tasks.mistakes.shown import number

TOKENS, DRAWS = "abcde", 20_000
VALUES: dict[str, float] = {"draws": DRAWS}


def right(p: Tensor, q: Tensor, n: int, random: Generator) -> Tensor:
    """Keep a draft token with min(1, p/q); else draw from what p has and q lacks."""
    draft = torch.multinomial(q, n, True, generator=random)
    kept = torch.rand(n, generator=random) < (p / q)[draft]
    left = (p - q).clamp(min=0)
    again = torch.multinomial(left / left.sum(), n, True, generator=random)
    return torch.where(kept, draft, again)


def model_again(p: Tensor, q: Tensor, n: int, random: Generator) -> Tensor:
    """Known-wrong."""
    draft = torch.multinomial(q, n, True, generator=random)
    kept = torch.rand(n, generator=random) < (p / q)[draft]
    again = torch.multinomial(p, n, True, generator=random)
    return torch.where(kept, draft, again)


def draft_again(p: Tensor, q: Tensor, n: int, random: Generator) -> Tensor:
    """Known-wrong."""
    draft = torch.multinomial(q, n, True, generator=random)
    kept = torch.rand(n, generator=random) < (p / q)[draft]
    again = torch.multinomial(q, n, True, generator=random)
    return torch.where(kept, draft, again)


def always_kept(p: Tensor, q: Tensor, n: int, random: Generator) -> Tensor:
    """Known-wrong."""
    draft = torch.multinomial(q, n, True, generator=random)
    return draft


def upside_down(p: Tensor, q: Tensor, n: int, random: Generator) -> Tensor:
    """Known-wrong."""
    draft = torch.multinomial(q, n, True, generator=random)
    kept = torch.rand(n, generator=random) < (q / p)[draft]
    left = (p - q).clamp(min=0)
    again = torch.multinomial(left / left.sum(), n, True, generator=random)
    return torch.where(kept, draft, again)


def only_where_likelier(p: Tensor, q: Tensor, n: int, random: Generator) -> Tensor:
    """Known-wrong."""
    draft = torch.multinomial(q, n, True, generator=random)
    kept = p[draft] >= q[draft]
    left = (p - q).clamp(min=0)
    again = torch.multinomial(left / left.sum(), n, True, generator=random)
    return torch.where(kept, draft, again)


def both_sides(p: Tensor, q: Tensor, n: int, random: Generator) -> Tensor:
    """Known-wrong."""
    draft = torch.multinomial(q, n, True, generator=random)
    kept = torch.rand(n, generator=random) < (p / q)[draft]
    left = (p - q).abs()
    again = torch.multinomial(left / left.sum(), n, True, generator=random)
    return torch.where(kept, draft, again)


WRONG = (model_again, draft_again, always_kept, upside_down, only_where_likelier, both_sides)


def laws(seed: int) -> tuple[Tensor, Tensor]:
    """What the model and the draft say about five tokens: p and q, [V] each."""
    torch.manual_seed(seed)
    p, q = torch.randn(2, len(TOKENS), dtype=torch.double).softmax(dim=1)
    return p, q


def table(function: object, seed: int) -> Table:
    """p and q of each token, and its share of what was drawn."""
    assert callable(function)
    p, q = laws(seed)
    drawn = function(p, q, DRAWS, torch.Generator().manual_seed(seed))
    shares = torch.bincount(drawn, minlength=len(TOKENS)) / DRAWS
    rows = zip(TOKENS, p.tolist(), q.tolist(), shares.tolist(), strict=True)
    return Table(
        columns=("token", "p", "q", "share"),
        rows=tuple((token, *(number(value, 3) for value in values)) for token, *values in rows),
    )
