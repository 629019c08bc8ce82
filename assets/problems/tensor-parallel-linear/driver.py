import torch


def drive(learner, x, weights, ranks):
    """The all-reduced result, and whether every rank keeps no more than its share and a bias."""
    shards = [learner.shard(weights, rank, ranks) for rank in range(ranks)]
    total = sum(weight.numel() for weight in weights.values())
    bias = weights["bias"].numel()
    fair = (total - bias) // ranks + bias
    out = sum(learner.partial(x, mine) for mine in shards)
    return {"out": out, "kept_too_much": max(map(numbers, shards)) > fair}


def numbers(kept):
    """How many numbers are in the tensors of a shard."""
    if isinstance(kept, torch.Tensor):
        return kept.numel()
    if isinstance(kept, dict):
        kept = kept.values()
    return sum(map(numbers, kept)) if isinstance(kept, (list, tuple, type({}.values()))) else 0
