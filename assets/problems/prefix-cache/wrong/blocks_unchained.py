class PrefixCache:
    def __init__(self, block_size):
        self.size = block_size
        self.known = set()

    def match(self, tokens):
        found = 0
        while found + self.size < len(tokens):
            if tuple(tokens[found : found + self.size]) not in self.known:
                break
            found += self.size
        return found

    def insert(self, tokens):
        for found in range(0, len(tokens) - self.size + 1, self.size):
            self.known.add(tuple(tokens[found : found + self.size]))
