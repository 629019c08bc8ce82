import math

import torch


def attend(q, blocks):
    """Attention of q [T, d] over keys and values that come once, block by block."""
    total, out = torch.zeros(len(q), 1), torch.zeros_like(q)
    for k, v in blocks:
        weights = (q @ k.T / math.sqrt(q.shape[1])).exp()
        total = total + weights.sum(dim=1, keepdim=True)
        out = out + weights @ v
    return out / total
