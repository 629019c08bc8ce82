import math

import torch


def attend(q, blocks):
    """Attention of q [T, d] over keys and values that come once, block by block."""
    largest = torch.full((len(q), 1), -math.inf)
    total, out = torch.zeros(len(q), 1), torch.zeros_like(q)
    for k, v in blocks:
        scores = q @ k.T / math.sqrt(q.shape[1])  # [T, n]
        now = torch.maximum(largest, scores.amax(dim=1, keepdim=True))
        weights, shrink = (scores - now).exp(), (largest - now).exp()
        total = total + weights.sum(dim=1, keepdim=True)
        out = out * shrink + weights @ v
        largest = now
    return out / total
