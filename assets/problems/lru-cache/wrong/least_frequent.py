class LRUCache:
    def __init__(self, capacity):
        self.capacity = capacity
        self.entries = {}
        self.uses = {}

    def get(self, key):
        if key not in self.entries:
            return None
        self.uses[key] += 1
        return self.entries[key]

    def put(self, key, value):
        gone = None
        if key not in self.entries and len(self.entries) == self.capacity:
            gone = min(self.uses, key=self.uses.get)
            del self.entries[gone], self.uses[gone]
        self.entries[key] = value
        self.uses[key] = self.uses.get(key, 0) + 1
        return gone
