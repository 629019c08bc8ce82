import torch.nn.functional as F


def shard(weights, rank, ranks):
    """What rank `rank` of `ranks` keeps of the weights."""
    gate, up = weights["gate_up"].chunk(ranks, dim=1)[rank].chunk(2, dim=1)
    down = weights["down"].chunk(ranks, dim=0)[rank]
    return gate, up, down, weights["bias"] if rank == 0 else None


def partial(x, mine):
    """What a rank computes from x [T, d] and its shard: [T, d], to be added up over all ranks."""
    gate, up, down, bias = mine
    out = (F.silu(x @ gate) * (x @ up)) @ down
    return out if bias is None else out + bias
