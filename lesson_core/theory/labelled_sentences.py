"""The lab's own labelled sentences: twelve everyday topics, in both languages.

Written for this course, each language on its own: no sentence is the translation of another.
`hard` marks those that never name their topic, or speak in the words of another one.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parents[2] / "assets" / "tables"


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A class: its id, its name in one language, and what it is about in a few words."""

    id: str
    name: str
    descriptions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence and the id of its topic."""

    text: str
    topic: str
    hard: bool


@cache
def topics(lang: str) -> tuple[Topic, ...]:
    """The classes of one language; the ids are the same in both."""
    return tuple(
        Topic(id=row["label"], name=row["name"],
              descriptions=tuple(row["descriptions"].split(";")))
        for row in _rows("zero_shot_labels.csv", lang)
    )  # fmt: skip


@cache
def sentences(lang: str) -> tuple[Sentence, ...]:
    """All sentences of one language, topic by topic, the hard ones last in each."""
    return tuple(
        Sentence(text=row["text"], topic=row["label"], hard=row["hard"] == "yes")
        for row in _rows("zero_shot.csv", lang)
    )


def place(sentence: Sentence) -> int:
    """The number of its topic, in the order of `topics`."""
    return [topic.id for topic in topics("en")].index(sentence.topic)


def spread(given: Sequence[Sentence]) -> list[Sentence]:
    """One sentence of each topic after the other, so that every start of the list is balanced."""
    turn: dict[str, int] = {}
    turns = []
    for sentence in given:
        turn[sentence.topic] = turn.get(sentence.topic, -1) + 1
        turns.append(turn[sentence.topic])
    return [given[i] for i in sorted(range(len(given)), key=lambda i: turns[i])]


def _rows(name: str, lang: str) -> Iterator[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["lang"] == lang)
