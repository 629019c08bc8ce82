def rope(x, positions, base=10000.0):
    """Rotate x [B, heads, T, D] by its positions [T]; same shape and dtype."""
