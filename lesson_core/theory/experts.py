"""How many experts a batch visits."""

from collections.abc import Iterable


def distinct(count: int, per_token: int, tokens: float) -> float:
    """Distinct experts that `tokens` tokens visit, each `per_token` of `count`, routed evenly.

    An expert is missed by one token with 1 − k/E, by all with that to the power of the tokens.
    """
    missed: float = (1 - per_token / count) ** tokens
    return count * (1 - missed)


def distinct_uneven(shares: Iterable[float], tokens: float) -> float:
    """The same when expert i is visited by a share `shares[i]` of all tokens; never more."""
    visited: float = sum(1 - (1 - share) ** tokens for share in shares)
    return visited


def tokens_to_compute(count: int, per_token: int, ridge: float) -> float:
    """Tokens a step needs until an expert sees `ridge` of them, so that arithmetic takes over."""
    return ridge * count / per_token
