def top_p(logits, p, temperature, u):
    """The token that u in [0, 1) picks from the nucleus of logits [V]."""
    if temperature == 0:
        return int(logits.argmax())
    chances, tokens = (logits / temperature).softmax(dim=-1).sort(descending=True)
    kept = chances[: max(1, int((chances.cumsum(dim=-1) <= p).sum()))]
    running = kept.cumsum(dim=-1) / kept.sum()
    return int(tokens[int((running <= u).sum())])
