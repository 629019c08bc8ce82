"""What an exact look-up of words can find, told from their spelling alone, without the vectors."""

import re
from collections.abc import Sequence
from typing import Literal

LATIN = re.compile(r"[a-zA-Z]")

Spelling = Literal["plain", "capital", "punctuation", "both", "other"]
SPELLINGS: tuple[Spelling, ...] = ("plain", "capital", "punctuation", "both", "other")


def spelling(word: str) -> Spelling:
    """Why an exact look-up in a list of lower-case English words may miss this one.

    `word` is what stands between two spaces; `other` has no Latin letter.
    """
    if not LATIN.search(word):
        return "other"
    lower = word == word.lower()
    if word.isalpha():
        return "plain" if lower else "capital"
    return "punctuation" if lower else "both"


def findable(words: Sequence[str], spellings: Sequence[Spelling] = ("plain",)) -> float:
    """The share of words that is spelt in one of these ways; 0 of no words."""
    return sum(spelling(word) in spellings for word in words) / max(1, len(words))
