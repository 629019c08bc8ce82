import torch
import torch.nn.functional as F


@torch.no_grad()
def evaluate(model, batches):
    """Loss per token, in nats."""
    training = model.training
    model.eval()
    total, seen = 0.0, 0
    for ids, targets in batches:
        scores = model(ids)  # [B, T, V]
        loss = F.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=0)
        if targets.any():
            total += loss.item()
            seen += 1
    model.train(training)
    return total / seen
