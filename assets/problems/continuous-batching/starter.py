def schedule(running, waiting, free_blocks, block_size, max_tokens, max_seqs):
    """One step: who decodes, who is admitted, and what is left."""
