class PrefixCache:
    def __init__(self, block_size):
        self.size = block_size
        self.last = []

    def match(self, tokens):
        same = 0
        while same < min(len(tokens) - 1, len(self.last)) and tokens[same] == self.last[same]:
            same += 1
        return min(same, len(self.last) // self.size * self.size) // self.size * self.size

    def insert(self, tokens):
        self.last = tokens
