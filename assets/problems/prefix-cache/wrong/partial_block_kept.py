class PrefixCache:
    def __init__(self, block_size):
        self.size = block_size
        self.root = {}

    def match(self, tokens):
        node, found = self.root, 0
        while found < len(tokens) - 1:
            block = tuple(tokens[found : found + self.size])
            if block not in node:
                break
            node = node[block]
            found += len(block)
        return min(found, len(tokens) - 1)

    def insert(self, tokens):
        node = self.root
        for start in range(0, len(tokens), self.size):
            node = node.setdefault(tuple(tokens[start : start + self.size]), {})
