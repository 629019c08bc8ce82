import math


def classify(logits, labels):
    if logits and not isinstance(logits[0], list):
        logits = [logits]  # one text, and its row stands alone
    return [one(row, labels) for row in logits]


def one(row, labels):
    if len(row) == 1:
        row = [row[0], 0.0]
    top = max(row)
    weights = [math.exp(value - top) for value in row]  # no exponent above 0: nothing overflows
    best = row.index(top)
    return labels[best], weights[best] / sum(weights)
