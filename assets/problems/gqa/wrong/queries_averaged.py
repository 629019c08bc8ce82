import math

import torch


def attend(q, k, v):
    """Grouped-query attention: q [B, H, T, d], k and v [B, G, S, d] to [B, H, T, d]."""
    share = q.shape[1] // k.shape[1]
    q = q.unflatten(1, (-1, share)).mean(dim=2)
    new, length = q.shape[2], k.shape[2]
    scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[3])
    seen = torch.ones(new, length, dtype=torch.bool).tril(length - new)
    out = scores.masked_fill(~seen, -math.inf).softmax(dim=-1) @ v
    return out.repeat_interleave(share, dim=1)
