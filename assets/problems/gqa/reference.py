import math

import torch


def attend(q, k, v):
    """Grouped-query attention: q [B, H, T, d], k and v [B, G, S, d] to [B, H, T, d]."""
    batch, heads, new, width = q.shape
    groups, length = k.shape[1:3]
    grouped = q.reshape(batch, groups, heads // groups * new, width)  # no copy of k and v
    scores = (grouped @ k.transpose(2, 3)).view(batch, heads, new, length) / math.sqrt(width)
    seen = torch.ones(new, length, dtype=torch.bool).tril(length - new)
    shares = scores.masked_fill(~seen, -math.inf).softmax(dim=-1)
    return (shares.view(batch, groups, -1, length) @ v).view(q.shape)
