import math

import torch


def attend(q, k, v):
    """Grouped-query attention: q [B, H, T, d], k and v [B, G, S, d] to [B, H, T, d]."""
    share = q.shape[1] // k.shape[1]
    k, v = (each.repeat(1, share, 1, 1) for each in (k, v))
    new, length = q.shape[2], k.shape[2]
    scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[3])
    seen = torch.ones(new, length, dtype=torch.bool).tril(length - new)
    return scores.masked_fill(~seen, -math.inf).softmax(dim=-1) @ v
