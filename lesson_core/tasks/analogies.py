"""Google's analogy questions, many at a time: Athens is to Greece as Baghdad is to …

The rule is that of `vectors.analogy`: the word nearest to b − a + c, the three themselves left out.
gensim's `evaluate_word_analogies` reads the whole matrix once per question; here one product serves
`AT_ONCE` of them, and a test proves the counts equal.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from gensim.models import KeyedVectors

AT_ONCE = 64  # questions; as many rows of one number per word


class Told(NamedTuple):
    """Questions answered right, those of which all four words are known, and all."""

    right: int
    covered: int
    asked: int


def told(vectors: KeyedVectors, lines: Sequence[str]) -> Told:
    """The questions of a file, four words a line; lines that begin with a colon are headings."""
    rows = [line.lower().split() for line in lines if not line.startswith(":")]
    asked = [words for words in rows if len(words) == 4]
    covered = [words for words in asked if all(word in vectors for word in words)]
    places = np.array([[vectors.key_to_index[word] for word in words] for words in covered])
    unit = vectors.get_normed_vectors()  # [words, 100]
    right = 0
    for start in range(0, len(covered), AT_ONCE):
        a, b, c, wanted = places[start : start + AT_ONCE].T
        near = (unit[b] - unit[a] + unit[c]) @ unit.T  # [AT_ONCE, words]
        for own in (a, b, c):
            near[np.arange(len(own)), own] = -np.inf
        right += int((near.argmax(axis=1) == wanted).sum())
    return Told(right, len(covered), len(asked))
