def verify(p, q, drafted, uniforms, pick):
    tokens = []
    for place, token in enumerate(drafted):
        if uniforms[place] >= p[place][token]:
            rest = [max(a - b, 0.0) for a, b in zip(p[place], q[place])]
            return [*tokens, draw(rest, pick)]
        tokens.append(token)
    return [*tokens, draw(p[len(drafted)], pick)]


def draw(weights, uniform):
    """The first token at which the running sum exceeds its share of the whole."""
    target, running = uniform * sum(weights), 0.0
    for token, weight in enumerate(weights):
        running += weight
        if running > target:
            return token
    return max(range(len(weights)), key=weights.__getitem__)  # rounding ate the last share
