def attend(q, blocks):
    """Attention of q [T, d] over keys and values that come once, block by block."""
