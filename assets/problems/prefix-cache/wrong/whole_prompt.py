class PrefixCache:
    def __init__(self, block_size):
        self.size = block_size
        self.root = {}  # block of tokens → what may follow it

    def match(self, tokens):
        node, found = self.root, 0
        while found + self.size <= len(tokens):
            node = node.get(tuple(tokens[found : found + self.size]))
            if node is None:
                break
            found += self.size
        return found

    def insert(self, tokens):
        node = self.root
        for end in range(self.size, len(tokens) + 1, self.size):
            node = node.setdefault(tuple(tokens[end - self.size : end]), {})
