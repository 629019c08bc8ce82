def encode(text, merges):
    """Token ids of a text, by byte-pair encoding."""
