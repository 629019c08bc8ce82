def moe(x, router, experts, k):
    """Tokens x [T, d] through k of the experts each: the result [T, d], and the load [experts]."""
