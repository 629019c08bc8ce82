class LRUCache:
    def __init__(self, capacity):
        self.capacity = capacity
        self.entries = {}
        self.now = 0

    def get(self, key):
        if key not in self.entries:
            return None
        return self.put(key, self.entries[key][0]) or self.entries[key][0]

    def put(self, key, value):
        self.now += 1
        self.entries[key] = (value, self.now)
        if len(self.entries) > self.capacity:
            gone = min(self.entries.items(), key=lambda entry: entry[1][1])[0]
            del self.entries[gone]
            return gone
        return None
