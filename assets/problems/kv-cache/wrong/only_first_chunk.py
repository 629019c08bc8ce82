import math

import torch


def attend(x, weights, heads, cache):
    """One attention layer on new tokens x [B, n, d]: its output [B, n, d], and the cache grown."""
    batch, new, width = x.shape

    def split(name):
        return (x @ weights[name]).view(batch, new, heads, -1).transpose(1, 2)  # [B, heads, n, c]

    q, k, v = split("q"), split("k"), split("v")
    if cache is not None:
        k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
    length = k.shape[2]
    seen = torch.ones(new, length, dtype=torch.bool)
    if new > 1:
        seen = seen.tril()
    scores = q @ k.transpose(2, 3) / math.sqrt(width // heads)
    out = scores.masked_fill(~seen, -math.inf).softmax(dim=-1) @ v
    return out.transpose(1, 2).reshape(batch, new, width) @ weights["o"], (k, v)
