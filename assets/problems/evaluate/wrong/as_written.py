import torch.nn.functional as F


def evaluate(model, batches):
    """Loss per token, in nats. Not quite."""
    total = 0
    for ids, targets in batches:
        scores = model(ids)  # [B, T, V]
        total += F.cross_entropy(scores.flatten(0, 1), targets.flatten()).item()
    return total / len(batches)
