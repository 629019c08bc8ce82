import torch.nn.functional as F


def shard(weights, rank, ranks):
    """What rank `rank` of `ranks` keeps of the weights."""
    rows = weights["gate_up"].chunk(ranks, dim=0)[rank]
    return rank, rows, weights["down"], weights["bias"] if rank == 0 else None


def partial(x, mine):
    """What a rank computes from x [T, d] and its shard: [T, d], to be added up over all ranks."""
    rank, rows, down, bias = mine
    size = len(rows)
    gate, up = (x[:, rank * size : (rank + 1) * size] @ rows).chunk(2, dim=1)
    out = (F.silu(gate) * up) @ down
    return out if bias is None else out + bias
