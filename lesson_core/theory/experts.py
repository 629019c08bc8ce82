"""How many experts a batch visits."""


def distinct(count: int, per_token: int, tokens: float) -> float:
    """Distinct experts that `tokens` tokens visit, each `per_token` of `count`, routed evenly.

    An expert is missed by one token with 1 − k/E, by all with that to the power of the tokens.
    """
    missed: float = (1 - per_token / count) ** tokens
    return count * (1 - missed)
