class BlockAllocator:
    def __init__(self, blocks, block_size):
        self.size = block_size
        self.unused = list(range(blocks))
        self.holders = [0] * blocks  # how many sequences hold each block
        self.tables, self.lengths = {}, {}

    def add(self, seq, tokens):
        needed = -(-tokens // self.size)
        if needed > len(self.unused):
            return False
        self.tables[seq] = [self.take() for _ in range(needed)]
        self.lengths[seq] = tokens
        return True

    def append(self, seq):
        table = self.tables[seq]
        full = self.lengths[seq] % self.size == 0
        if not self.unused:
            return False
        if full:
            table.append(self.take())
        else:
            self.drop(table[-1])
            table[-1] = self.take()
        self.lengths[seq] += 1
        return True

    def fork(self, parent, child):
        self.tables[child] = list(self.tables[parent])
        self.lengths[child] = self.lengths[parent]
        for block in self.tables[child]:
            self.holders[block] += 1

    def release(self, seq):
        for block in self.tables.pop(seq):
            self.drop(block)
        del self.lengths[seq]

    def table(self, seq):
        return list(self.tables[seq])

    def free(self):
        return len(self.unused)

    def take(self):
        block = self.unused.pop(0)
        self.holders[block] = 1
        return block

    def drop(self, block):
        self.holders[block] -= 1
        if self.holders[block] == 0:
            self.unused.append(block)
