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
        self.lengths[seq] += 1
        full = (self.lengths[seq] - 1) % self.size == 0
        shared = self.holders[table[-1]] > 1
        if (full or shared) and not self.unused:
            return False
        if full:
            table.append(self.take())
        elif shared:  # copy on write: the new token may not land in somebody else's block
            self.drop(table.pop())
            table.append(self.take())
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
        block = self.unused.pop()
        self.holders[block] = 1
        return block

    def drop(self, block):
        self.holders[block] -= 1
        if self.holders[block] == 0:
            self.unused.append(block)
