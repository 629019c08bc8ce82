import torch


def causal_mask(queries, keys, window=None):
    """True where a query may look, bool [queries, keys]."""
    at = torch.arange(keys - queries, keys)[:, None]  # where each query stands
    key = torch.arange(keys)
    seen = key <= at
    if window is not None:
        seen = seen & (key > at - window)
    return torch.zeros(queries, keys).masked_fill(~seen, -torch.inf)
