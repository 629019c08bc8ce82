def beam_search(step, start, eos, width, max_tokens, alpha):
    """The tokens of the best hypothesis, without `start`."""
