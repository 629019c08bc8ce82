import math


def perplexity(batches):
    total, tokens = 0.0, 0
    for losses, labels in batches:
        total += sum(loss for loss, label in zip(losses, labels) if label != -100)
        tokens += len(labels)
    return math.exp(total / tokens)
