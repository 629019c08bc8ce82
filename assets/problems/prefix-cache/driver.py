class Token(int):
    """A token id that counts how often it is hashed."""

    hashed = 0

    def __hash__(self):
        Token.hashed += 1
        return int.__hash__(self)


def drive(learner, block_size, steps):
    cache = learner.PrefixCache(block_size)
    Token.hashed, given, found = 0, 0, []
    for name, prompt in steps:
        tokens = [Token(token) for token in prompt]
        given += len(tokens)
        found.append(getattr(cache, name)(tokens))
    return {"found": found, "each_token_few_times": Token.hashed <= 8 * given}
