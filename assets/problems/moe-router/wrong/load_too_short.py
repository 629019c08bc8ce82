import torch


def moe(x, router, experts, k):
    """Tokens x [T, d] through k of the experts each: the result [T, d], and the load [experts]."""
    logits, chosen = (x @ router).topk(k, dim=-1)  # [T, k]
    shares = logits.softmax(dim=-1)
    out = torch.zeros_like(x)
    for number, expert in enumerate(experts):
        token, place = (chosen == number).nonzero(as_tuple=True)
        out[token] += shares[token, place, None] * (x[token] @ expert).relu()
    return out, torch.bincount(chosen.flatten())
