def attend(q, k, v):
    """Grouped-query attention: q [B, H, T, d], k and v [B, G, S, d] to [B, H, T, d]."""
