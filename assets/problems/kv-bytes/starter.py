def kv_bytes(config, tokens, bits):
    """Bytes that one sequence of so many tokens holds in the KV cache."""
