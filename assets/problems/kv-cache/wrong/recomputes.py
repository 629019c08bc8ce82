import math

import torch


def attend(x, weights, heads, cache):
    """One attention layer on new tokens x [B, n, d]: its output [B, n, d], and the cache grown."""
    batch, new, width = x.shape

    def split(vectors, name):
        return (vectors @ weights[name]).view(batch, -1, heads, width // heads).transpose(1, 2)

    tokens = x if cache is None else torch.cat([cache, x], dim=1)
    q, k, v = split(x, "q"), split(tokens, "k"), split(tokens, "v")
    length = k.shape[2]
    seen = torch.ones(new, length, dtype=torch.bool).tril(length - new)
    scores = q @ k.transpose(2, 3) / math.sqrt(width // heads)
    out = scores.masked_fill(~seen, -math.inf).softmax(dim=-1) @ v
    return out.transpose(1, 2).reshape(batch, new, width) @ weights["o"], tokens
