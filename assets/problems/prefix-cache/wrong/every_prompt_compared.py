class PrefixCache:
    def __init__(self, block_size):
        self.size = block_size
        self.prompts = []

    def match(self, tokens):
        best = 0
        for prompt in self.prompts:
            same = 0
            for ours, theirs in zip(tokens[:-1], prompt):
                if ours != theirs:
                    break
                same += 1
            best = max(best, same // self.size * self.size)
        return best

    def insert(self, tokens):
        self.prompts.append(tokens)
