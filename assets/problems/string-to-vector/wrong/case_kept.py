import re

import numpy as np


def string_to_vector(text, table):
    """The mean vector of the words that are known, [100] float32; zeros when none is."""
    words = re.findall(r"\w+", text)
    known = [table[word] for word in words if word in table]
    if not known:
        return np.zeros(100, dtype=np.float32)
    return np.mean(known, axis=0)
