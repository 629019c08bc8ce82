import torch
import torch.nn.functional as F


@torch.no_grad()
def evaluate(model, batches):
    """Loss per token, in nats."""
    training = model.training
    model.eval()
    total, tokens = 0.0, 0
    for ids, targets in batches:
        scores = model(ids)  # [B, T, V]
        total += F.cross_entropy(
            scores.flatten(0, 1), targets.flatten(), ignore_index=0, reduction="sum"
        ).item()
        tokens += int((ids != 0).sum())
    model.train(training)
    return total / tokens
