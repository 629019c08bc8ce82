import numpy as np


def string_to_vector(text, table):
    """The vector of a text, from the vectors of its words. It breaks on many texts."""
    words = text.split()
    return np.mean([table[word] for word in words if word in table], axis=0)
