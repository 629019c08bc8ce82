class BlockAllocator:
    """Blocks of a KV cache, and the sequences that hold them."""

    def __init__(self, blocks, block_size):
        pass

    def add(self, seq, tokens):
        """A new sequence with so many tokens; whether there was room."""

    def append(self, seq):
        """One more token; whether there was room."""

    def fork(self, parent, child):
        """A new sequence that shares all blocks of `parent`."""

    def release(self, seq):
        """The sequence is done."""

    def table(self, seq):
        """The ids of its blocks, in order."""

    def free(self):
        """How many blocks nobody holds."""
