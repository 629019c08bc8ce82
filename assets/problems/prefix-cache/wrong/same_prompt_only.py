class PrefixCache:
    def __init__(self, block_size):
        self.size = block_size
        self.prompts = set()

    def match(self, tokens):
        if tuple(tokens) in self.prompts:
            return (len(tokens) - 1) // self.size * self.size
        return 0

    def insert(self, tokens):
        self.prompts.add(tuple(tokens))
