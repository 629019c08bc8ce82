class Key:
    """A key that counts how often it is hashed or compared."""

    touched = 0

    def __init__(self, name):
        self.name = name

    def __hash__(self):
        Key.touched += 1
        return hash(self.name)

    def __eq__(self, other):
        Key.touched += 1
        return isinstance(other, Key) and self.name == other.name


def drive(learner, capacity, steps):
    cache = learner.LRUCache(capacity)
    Key.touched = 0
    answers = []
    for step in steps:
        found = cache.get(Key(step[0])) if len(step) == 1 else cache.put(Key(step[0]), step[1])
        answers.append(found.name if isinstance(found, Key) else found)
    return {"answers": answers, "few_keys_touched": Key.touched <= 24 * len(steps)}
