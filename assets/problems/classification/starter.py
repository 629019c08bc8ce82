def classify(logits, labels):
    best = []
    for row in logits:
        best.append(max(range(len(row)), key=lambda n: row[n]))
    return best
