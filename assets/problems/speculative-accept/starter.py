def verify(p, q, drafted, uniforms, pick):
    """The tokens of this round: the accepted ones and one more."""
