class LRUCache:
    def __init__(self, capacity):
        self.capacity = capacity
        self.entries = {}
        self.order = []

    def get(self, key):
        if key not in self.entries:
            return None
        self.order.remove(key)
        self.order.append(key)
        return self.entries[key]

    def put(self, key, value):
        if key in self.entries:
            self.order.remove(key)
        self.entries[key] = value
        self.order.append(key)
        if len(self.entries) > self.capacity:
            gone = self.order.pop(0)
            del self.entries[gone]
            return gone
        return None
