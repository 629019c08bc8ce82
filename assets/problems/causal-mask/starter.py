import torch


def causal_mask(queries, keys, window=None):
    """True where a query may look, bool [queries, keys]. Right without cache and window."""
    return torch.ones(queries, keys, dtype=torch.bool).tril()
