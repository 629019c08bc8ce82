"""Labelled texts in two halves: one to learn from, one that is only ever asked about.

Row by row in turns within each class, so both halves hold every class and a table sorted by class
does no harm. A text that stands in both halves would be remembered, not recognised: it is counted.
"""

from collections.abc import Sequence
from typing import NamedTuple

MOST_LEARNED, MOST_ASKED = 600, 300


class Texts(NamedTuple):
    """Texts and the numbers of their classes."""

    texts: list[str]
    labels: list[int]


class Halves(NamedTuple):
    """What is learned and what is asked; the asked ones take the classes in turns."""

    names: list[str]
    learned: Texts
    asked: Texts

    @property
    def repeated(self) -> int:
        """How many of the asked texts were also learned."""
        known = set(self.learned.texts)
        return sum(text in known for text in self.asked.texts)


def split(texts: Sequence[str], labels: Sequence[str], per_class: int) -> Halves:
    """Even turns of a class are learned, at most `per_class` of them, odd turns are asked."""
    names = sorted(set(labels))
    most = max(1, min(per_class, MOST_LEARNED // len(names)))
    turns: dict[str, int] = dict.fromkeys(names, 0)
    learned: list[tuple[int, int]] = []  # (turn, row)
    asked: list[tuple[int, int]] = []
    for row, label in enumerate(labels):
        (asked if turns[label] % 2 else learned).append((turns[label] // 2, row))
        turns[label] += 1
    chosen = [row for turn, row in learned if turn < most], [row for _, row in sorted(asked)]
    half = [
        Texts([texts[row] for row in rows], [names.index(labels[row]) for row in rows])
        for rows in (chosen[0], chosen[1][:MOST_ASKED])
    ]
    return Halves(names, *half)


def unseen_words(halves: Halves, words: Sequence[Sequence[str]], known: set[str]) -> float:
    """The share of the asked words that no learned text held; `words` per asked text."""
    flat = [word for row in words for word in row]
    return sum(word not in known for word in flat) / max(1, len(flat))
