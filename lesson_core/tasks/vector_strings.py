"""What the usual three lines find in a text, which strings break them, which pairs the mean takes
for alike: each counted with the vectors themselves.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from gensim.models import KeyedVectors

from lesson_core.tasks import vectors
from lesson_core.theory import spelling

PLAIN = "dog bites man"
STRINGS = (
    PLAIN, "Dog Bites Man", "dog, bites man.", "", "qzxv", "狗咬人", "dog 咬 man",
    "The dogs' owner doesn't bite.",
)  # fmt: skip
PAIRS = (
    (PLAIN, "man bites dog"),
    ("the film was great", "the film was terrible"),
    ("I am happy", "I am not happy"),
    ("a cheap phone", "an inexpensive telephone"),
    (PLAIN, "the stock market fell"),
)
LISTED = 6  # words that are named for each kind of spelling


def coverage(glove: KeyedVectors, text: str) -> dict[str, Any]:
    """{words, usual, lower, kinds: {spelling: {n, found, missed: [[word, times]]}}}.

    Words stand between spaces; `usual` looks them up as they are, `lower` in lower case.
    """
    words = text.split()
    kinds: dict[str, dict[str, Any]] = {}
    for kind in spelling.SPELLINGS:
        of_kind = [word for word in words if spelling.spelling(word) == kind]
        missed = Counter(word for word in of_kind if word not in glove)
        kinds[kind] = {"n": len(of_kind), "found": len(of_kind) - missed.total(),
                       "missed": [list(pair) for pair in missed.most_common(LISTED)]}  # fmt: skip
    return {"words": len(words), "usual": sum(kind["found"] for kind in kinds.values()),
            "lower": sum(word.lower() in glove for word in words), "kinds": kinds}  # fmt: skip


def ours(glove: KeyedVectors, text: str) -> dict[str, Any]:
    """{words, found, missed}: the same count for `words_of`, which cuts and lowers first."""
    words = vectors.words_of(text)
    missed = Counter(word for word in words if word not in glove)
    return {"words": len(words), "found": len(words) - missed.total(),
            "missed": [list(pair) for pair in missed.most_common(LISTED)]}  # fmt: skip


def breaking(glove: KeyedVectors) -> list[dict[str, Any]]:
    """Each string by the usual lines and by ours, and how alike its vector is to the first's."""
    aim = vectors.string_to_vector(glove, PLAIN).vector
    rows = []
    for text in STRINGS:
        usual, right = vectors.as_written(glove, text), vectors.string_to_vector(glove, text)
        bad = bool(np.isnan(usual).any())
        rows.append({
            "text": text, "usual_words": len(text.split()), "nan": bad, "numbers": int(usual.size),
            "usual_found": sum(word in glove for word in text.split()),
            "usual_cosine": None if bad else vectors.cosine(usual, aim),
            "known": len(right.known), "unknown": right.unknown, "empty": right.empty,
            "cosine": vectors.cosine(right.vector, aim),
        })  # fmt: skip
    return rows


def as_a_key(glove: KeyedVectors, text: str) -> str:
    """What the vectors say to a whole string used as a key: the error's words, or nothing."""
    try:
        glove[text]
    except KeyError as problem:
        return str(problem.args[0])
    return ""


def pairs(glove: KeyedVectors, encoder: Callable[[list[str]], Any] | None) -> list[dict[str, Any]]:
    """{texts, cosine, difference, encoder}: by the mean of words, and by a sentence encoder.

    `encoder` turns texts into unit vectors [n, d] in their order; None where there is none.
    """
    read = encoder([text for pair in PAIRS for text in pair]) if encoder else None
    rows = []
    for i, texts in enumerate(PAIRS):
        one, other = (vectors.string_to_vector(glove, text).vector for text in texts)
        rows.append({
            "texts": list(texts), "cosine": vectors.cosine(one, other),
            "difference": float(np.abs(one - other).max()),
            "encoder": None if read is None else float(read[2 * i] @ read[2 * i + 1]),
        })  # fmt: skip
    return rows
