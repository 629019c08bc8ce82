import math


def perplexity(batches):
    losses = [loss for batch, _ in batches for loss in batch]
    return math.exp(sum(losses) / len(losses))
