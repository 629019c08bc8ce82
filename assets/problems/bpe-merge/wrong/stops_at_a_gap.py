def encode(text, merges):
    ids = list(text.encode("utf-8"))
    for rank, pair in enumerate(merges):
        shorter = merged(ids, pair, 256 + rank)
        if len(shorter) == len(ids):
            break
        ids = shorter
    return ids


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
