def shard(weights, rank, ranks):
    """What rank `rank` of `ranks` keeps of the weights; a dict, a tuple, as you like."""


def partial(x, mine):
    """What a rank computes from x [T, d] and its shard: [T, d], to be added up over all ranks."""
