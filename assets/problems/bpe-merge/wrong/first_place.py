def encode(text, merges):
    rank = {pair: n for n, pair in enumerate(merges)}
    ids = list(text.encode("utf-8"))
    while True:
        pairs = [(ids[n], ids[n + 1]) for n in range(len(ids) - 1)]
        best = next((pair for pair in pairs if pair in rank), None)
        if best is None:
            return ids
        ids = merged(ids, best, 256 + rank[best])


def merged(ids, pair, new):
    out, n = [], 0
    while n < len(ids):
        if tuple(ids[n : n + 2]) == pair:
            out.append(new)
            n += 2
        else:
            out.append(ids[n])
            n += 1
    return out
