import torch


def moe(x, router, experts, k):
    """Tokens x [T, d] through k of the experts each: the result [T, d], and the load [experts]."""
    chosen = (x @ router).topk(k, dim=-1).indices  # [T, k]
    out = torch.zeros_like(x)
    for number, expert in enumerate(experts):
        token = (chosen == number).any(dim=-1).nonzero()[:, 0]
        out[token] += (x[token] @ expert).relu()
    return out, torch.bincount(chosen.flatten(), minlength=len(experts))
