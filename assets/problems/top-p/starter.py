def top_p(logits, p, temperature, u):
    """The token that u in [0, 1) picks from the nucleus of logits [V]."""
