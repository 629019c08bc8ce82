import math


def perplexity(batches):
    kept = [loss for batch in batches for loss, label in zip(*batch) if label != -100]
    return sum(math.exp(loss) for loss in kept) / len(kept)
