def encode(text, merges):
    rank = {pair: n for n, pair in enumerate(merges)}
    ids = list(text.encode("utf-8"))
    while True:
        pairs = {(ids[n], ids[n + 1]) for n in range(len(ids) - 1)}
        best = min(pairs, key=lambda pair: rank.get(pair, len(merges)), default=None)
        if best not in rank:
            return ids
        ids = merged(ids, best, 256 + rank[best])


def merged(ids, pair, new):
    out, n = [], len(ids)
    while n > 0:
        if n > 1 and tuple(ids[n - 2 : n]) == pair:
            out.append(new)
            n -= 2
        else:
            out.append(ids[n - 1])
            n -= 1
    return out[::-1]
