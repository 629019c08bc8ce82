import math

import torch


def attend(q, blocks):
    """Attention of q [T, d] over keys and values that come once, block by block."""
    out, count = torch.zeros_like(q), 0
    for k, v in blocks:
        out = out + (q @ k.T / math.sqrt(q.shape[1])).softmax(dim=1) @ v
        count += 1
    return out / count
