import torch


def moe(x, router, experts, k):
    """Tokens x [T, d] through k of the experts each: the result [T, d], and the load [experts]."""
    logits, chosen = (x @ router).topk(k, dim=-1)  # [T, k]
    shares = logits.softmax(dim=-1)
    out = torch.zeros_like(x)
    for number, expert in enumerate(experts):
        share = (shares * (chosen == number)).sum(dim=-1, keepdim=True)  # 0 where it was not chosen
        out += share * (x @ expert).relu()
    return out, torch.bincount(chosen.flatten(), minlength=len(experts))
