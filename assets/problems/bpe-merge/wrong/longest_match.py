def encode(text, merges):
    spelled = {n: bytes([n]) for n in range(256)}
    for n, (left, right) in enumerate(merges):
        spelled[256 + n] = spelled[left] + spelled[right]
    data, ids = text.encode("utf-8"), []
    while data:
        best = max(
            (n for n in spelled if data.startswith(spelled[n])), key=lambda n: len(spelled[n])
        )
        ids.append(best)
        data = data[len(spelled[best]) :]
    return ids
