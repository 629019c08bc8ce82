class PrefixCache:
    def __init__(self, block_size):
        self.root = {}

    def match(self, tokens):
        node, found = self.root, 0
        while found + 1 < len(tokens) and tokens[found] in node:
            node = node[tokens[found]]
            found += 1
        return found

    def insert(self, tokens):
        node = self.root
        for token in tokens:
            node = node.setdefault(token, {})
