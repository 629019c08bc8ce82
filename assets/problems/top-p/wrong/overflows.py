def top_p(logits, p, temperature, u):
    """The token that u in [0, 1) picks from the nucleus of logits [V]."""
    if temperature == 0:
        return int(logits.argmax())
    chances, tokens = ((logits / temperature).exp() / (logits / temperature).exp().sum()).sort(
        descending=True
    )
    before = chances.cumsum(dim=-1) - chances  # what the more likely ones add up to
    kept = chances[before < p]
    running = kept.cumsum(dim=-1) / kept.sum()
    return int(tokens[int((running <= u).sum())])
