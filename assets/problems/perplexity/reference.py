import math


def perplexity(batches):
    total, tokens = 0.0, 0
    for losses, labels in batches:
        for loss, label in zip(losses, labels):
            if label != -100:
                total += loss
                tokens += 1
    return math.exp(total / tokens)
