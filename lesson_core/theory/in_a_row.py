"""Why a smooth improvement can look like a jump: asking for several right tokens in a row.

If each token is right with probability p, all of k are with p^k (taking them as independent). p
rises slowly with size; p^k stays near zero and then takes off (Schaeffer, Miranda and Koyejo 2023,
arXiv:2304.15004).
"""

from collections.abc import Sequence

import numpy as np

LONGEST = 12


def in_a_row(hits: Sequence[np.ndarray], k: int) -> tuple[int, int]:
    """How many stretches of `k` tokens are right from end to end, and how many there are.

    `hits`: of each document, whether each token was guessed right, [tokens] bool.
    """
    right = tried = 0
    for document in hits:
        stretches = len(document) - k + 1
        if stretches > 0:
            summed = np.concatenate([[0], np.cumsum(document)])
            right += int((summed[k:] - summed[:-k] == k).sum())
            tried += stretches
    return right, tried


def chain(share: float, k: int) -> float:
    """The share of stretches of `k` that are right if each token is, independently."""
    return float(share**k)
