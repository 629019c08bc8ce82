import torch.nn.functional as F


def shard(weights, rank, ranks):
    """What each rank keeps of the weights."""
    gate, up = weights["gate_up"].chunk(2, dim=1)
    return gate, up, weights["down"], weights["bias"], ranks


def partial(x, mine):
    """What a rank computes from x [T, d] and its shard: [T, d], to be added up over all ranks."""
    gate, up, down, bias, ranks = mine
    out = (F.silu(x @ gate) * (x @ up)) @ down
    return (out + bias) / ranks
