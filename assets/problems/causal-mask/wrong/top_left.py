import torch


def causal_mask(queries, keys, window=None):
    """True where a query may look, bool [queries, keys]."""
    at = torch.arange(queries)[:, None]
    key = torch.arange(keys)
    seen = key <= at
    return seen if window is None else seen & (key > at - window)
