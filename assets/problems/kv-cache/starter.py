def attend(x, weights, heads, cache):
    """One attention layer on new tokens x [B, n, d]: its output [B, n, d], and the cache grown."""
