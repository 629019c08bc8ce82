class PrefixCache:
    """Remembers the blocks of prompts that were computed."""

    def __init__(self, block_size):
        pass

    def match(self, tokens):
        """How many tokens at the front need not be computed."""

    def insert(self, tokens):
        """This prompt was computed: keep its whole blocks."""
