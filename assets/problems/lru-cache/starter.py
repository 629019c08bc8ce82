class LRUCache:
    """Keeps the entries used last; `capacity` of them."""

    def __init__(self, capacity):
        pass

    def get(self, key):
        """The value, or None."""

    def put(self, key, value):
        """Keep the value; the key that had to leave, or None."""
