import re

import numpy as np


def string_to_vector(text, table):
    """The mean vector of the words that are known, [100] float32; zeros when none is."""
    words = re.findall(r"\w+", text.lower())
    unknown = np.zeros(100, dtype=np.float32)
    known = [table.get(word, unknown) for word in words]
    if not known:
        return unknown
    return np.mean(known, axis=0)
