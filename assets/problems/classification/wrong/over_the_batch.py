import math


def classify(logits, labels):
    if logits and not isinstance(logits[0], list):
        logits = [logits]
    rows = [[0.0, row[0]] if len(row) == 1 else row for row in logits]
    top = max((value for row in rows for value in row), default=0.0)
    whole = sum(math.exp(value - top) for row in rows for value in row)
    return [(labels[row.index(max(row))], math.exp(max(row) - top) / whole) for row in rows]
