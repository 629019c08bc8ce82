import torch


def causal_mask(queries, keys, window=None):
    """True where a query may look, bool [queries, keys]."""
    at = torch.arange(keys - queries, keys)[:, None]  # where each query stands
    key = torch.arange(keys)
    seen = key <= at
    return seen if window is None else seen & (key > torch.arange(queries)[:, None] - window)
