import math


def perplexity(batches):
    means = []
    for losses, labels in batches:
        kept = [loss for loss, label in zip(losses, labels) if label != -100]
        if kept:
            means.append(sum(kept) / len(kept))
    return math.exp(sum(means) / len(means))
