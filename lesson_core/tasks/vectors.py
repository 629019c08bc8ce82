"""A string to exactly 100 numbers: the mean of its words' GloVe vectors, and what that cannot see.

The vectors are read through gensim's KeyedVectors from a matrix that stays on disk. GloVe knows
lower-case English words, one vector for each, whatever stands around them. Source: Pennington,
Socher & Manning 2014, "GloVe: Global Vectors for Word Representation".
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from gensim.models import KeyedVectors

from lesson_core.artefacts import word_vectors
from lesson_core.errors import LabError
from lesson_core.schema.vectors import Policy

WIDTH = word_vectors.WIDTH
WORD = re.compile(r"[^\W_]+")
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """A text as one vector [100]; all zeros where no word is known. Words are in their order."""

    vector: Array
    known: list[str]
    unknown: list[str]

    @property
    def empty(self) -> bool:
        """Whether the vector says nothing: there was no word to average."""
        return not self.known


def load(folder: Path) -> KeyedVectors:
    """The vectors of a checked folder, their matrix mapped: [words, 100], commonest word first."""
    words, matrix = word_vectors.read(folder)
    vectors = KeyedVectors(WIDTH)
    vectors.index_to_key, vectors.vectors = words, matrix
    vectors.key_to_index = {word: i for i, word in enumerate(words)}
    return vectors


def words_of(text: str) -> list[str]:
    """Lower-case words and numbers, full-width forms made plain; punctuation is left out."""
    return WORD.findall(unicodedata.normalize("NFKC", text).lower())


def string_to_vector(vectors: KeyedVectors, text: str, policy: Policy = "skip") -> Embedded:
    """The mean of the vectors of a text's words; never NaN, always 100 numbers.

    LabError("vectors_unknown_words") where the policy is to refuse and a word is unknown.
    """
    words = words_of(text)
    known = [word for word in words if word in vectors]
    unknown = [word for word in words if word not in vectors]
    if unknown and policy == "refuse":
        raise LabError("vectors_unknown_words", words=", ".join(unknown[:5]), n=len(unknown))
    divisor = len(words) if policy == "zero" else len(known)
    total = np.zeros(WIDTH)
    for word in sorted(known):  # the order of a sum shall not matter, to the last bit
        total += vectors[word]
    return Embedded(vector=total / max(1, divisor), known=known, unknown=unknown)


def as_written(vectors: KeyedVectors, text: str) -> Array:
    """The usual three lines: cut at spaces, take what is known, average. NaN when nothing is."""
    found = [vectors[word] for word in text.split() if word in vectors]
    with np.errstate(invalid="ignore"):
        return np.sum(found, axis=0) / np.float64(len(found))  # type: ignore[no-any-return]


def cosine(one: Array, other: Array) -> float | None:
    """Likeness of two vectors, −1 to 1; None where one of them says nothing."""
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / lengths if lengths > 0 else None


def neighbours(vectors: KeyedVectors, word: str, n: int = 10) -> list[tuple[str, float]]:
    """The n words of largest cosine; LabError("vectors_unknown_words") for an unknown one."""
    return list(vectors.most_similar(_known(vectors, [word])[0], topn=n))


def analogy(vectors: KeyedVectors, words: Sequence[str], n: int = 5) -> list[tuple[str, float]]:
    """a is to b as c is to …: the words nearest to b − a + c, the three themselves left out."""
    a, b, c = _known(vectors, words)
    return list(vectors.most_similar(positive=[b, c], negative=[a], topn=n))


def analogy_of_all(vectors: KeyedVectors, words: Sequence[str]) -> str:
    """The same without leaving the three out: the word that b − a + c really lies nearest to."""
    a, b, c = (vectors.get_vector(word, norm=True) for word in _known(vectors, words))
    return str(vectors.similar_by_vector(b - a + c, topn=1)[0][0])


def plane(points: Array) -> tuple[Array, float]:
    """PCA: points [n, 100] in the plane of largest variance, [n, 2], and its share of it."""
    centred = points - points.mean(axis=0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    flat = np.zeros((len(points), 2))
    kept = min(2, len(sizes))
    flat[:, :kept] = left[:, :kept] * sizes[:kept]
    variance = float((sizes**2).sum())
    return flat, float((sizes[:2] ** 2).sum()) / variance if variance > 0 else 1.0


def _known(vectors: KeyedVectors, words: Sequence[str]) -> list[str]:
    plain = [unicodedata.normalize("NFKC", word).strip().lower() for word in words]
    unknown = [word for word in plain if word not in vectors]
    if unknown:
        raise LabError("vectors_unknown_words", words=", ".join(unknown), n=len(unknown))
    return plain
