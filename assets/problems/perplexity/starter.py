def perplexity(batches):
    """Perplexity per token of a corpus; each batch is (losses, labels)."""
