def top_p(logits, p, temperature, u):
    """The token that u in [0, 1) picks from the nucleus of logits [V]."""
    if temperature == 0:
        return int(logits.argmax())
    chances, tokens = logits.softmax(dim=-1).sort(descending=True)
    before = chances.cumsum(dim=-1) - chances  # what the more likely ones add up to
    kept = chances[before < p]
    sharpened = kept ** (1 / temperature)
    running = sharpened.cumsum(dim=-1) / sharpened.sum()
    return int(tokens[int((running <= u).sum())])
