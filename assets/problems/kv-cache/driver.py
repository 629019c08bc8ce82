import torch


def drive(learner, x, weights, heads, chunks, other=None):
    """x [B, T, d] fed in chunks; then `other` after the first chunk again, from the same cache."""
    outs, cache, first = [], None, None
    for part in x.split(chunks, dim=1):
        out, cache = learner.attend(part, weights, heads, cache)
        outs.append(out)
        first = cache if first is None else first
    found = {"out": torch.cat(outs, dim=1)}
    if other is not None:
        found["other"] = learner.attend(other, weights, heads, first)[0]
    return found
