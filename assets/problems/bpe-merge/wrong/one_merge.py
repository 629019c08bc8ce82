def encode(text, merges):
    rank = {pair: n for n, pair in enumerate(merges)}
    ids = list(text.encode("utf-8"))
    pairs = {(ids[n], ids[n + 1]) for n in range(len(ids) - 1)}
    best = min(pairs, key=lambda pair: rank.get(pair, len(merges)), default=None)
    if best not in rank:
        return ids
    return merged(ids, best, 256 + rank[best])


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
