"""The same dictionary from word vectors alone: for each word the nearest one of the other language.

The vectors come from the sentence pairs (`vectors.shared_space`), so both languages already share
a space; two spaces learned apart would first have to be laid over each other by a linear map.
Source of the idea: Mikolov, Le & Sutskever 2013, arXiv:1309.4168.
"""

from collections import Counter
from collections.abc import Sequence

import torch

from lesson_core.tasks.translate.pairs import Language, Pair
from lesson_core.tasks.translate.vectors import shared_space
from lesson_core.tasks.translate.word_by_word import (
    RARE,
    Lexicon,
    cut_into_words,
    spelling,
    words_of,
)

WIDTH = 256


def learn(pairs: Sequence[Pair], width: int = WIDTH) -> Lexicon:
    """A lexicon of nearest neighbours by cosine, among words seen at least RARE times."""
    known = words_of(pair.chinese for pair in pairs)
    english, chinese = cut_into_words(pairs, known)
    ids: dict[tuple[Language, str], int] = {}
    documents = []
    for en, zh in zip(english, chinese, strict=True):
        named: list[tuple[Language, str]] = [("en", w) for w in en]
        named += [("zh", w) for w in zh]
        documents.append([ids.setdefault(word, len(ids)) for word in named])
    space = shared_space(documents, len(ids), width, seed=1)
    spelled = spelling(pair.english for pair in pairs)
    counts = Counter(i for document in documents for i in document)
    to: dict[Language, dict[str, str]] = {}
    sides: list[tuple[Language, Language]] = [("zh", "en"), ("en", "zh")]
    for target, source in sides:
        asked = [word for language, word in ids if language == source]
        known_well = [w for code, w in ids if code == target and counts[ids[code, w]] >= RARE]
        a = space[torch.tensor([ids[source, word] for word in asked])]
        b = space[torch.tensor([ids[target, word] for word in known_well])]
        starts = range(0, len(a), 512)
        near = [int(i) for start in starts for i in (a[start : start + 512] @ b.T).argmax(dim=1)]
        to[target] = {word: known_well[i] for word, i in zip(asked, near, strict=True)}
    to["en"] = {word: spelled.get(out, out) for word, out in to["en"].items()}
    return Lexicon(to, known)
