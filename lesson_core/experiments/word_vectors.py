"""Jobs `word_vectors` (GloVe on the learner's words) and `train_vectors` (vectors from nothing).

`word_vectors`: `progress` {what: "load_vectors"}, `code`, `result` {first, second: {vector, known,
unknown, empty, nan (of the usual three lines)}, cosine | None, encoder (the sentence encoder's
cosine, None without it), order: {words, difference, cosine}, neighbours | problem, analogy |
problem, map: {words, points, unknown, share}, dimensions, words}. A problem is {code, values}.

`train_vectors`: `code`, `data` {what: "epoch", epoch, of, neighbours}, `result` {words, tokens,
neighbours, word, unseen: {word, neighbours | None}, map}. LabError("vectors_few_words").
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from gensim.models import KeyedVectors

from lesson_core.artefacts import home, manifest
from lesson_core.artefacts.registry import ENCODER, WORD_VECTORS
from lesson_core.errors import LabError
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab
from lesson_core.model.sentences import SentenceEncoder
from lesson_core.schema.events import Event
from lesson_core.schema.vectors import TrainVectors, WordVectors
from lesson_core.tasks import own_vectors, vectors

ORDER = ("dog bites man", "man bites dog")
MAPPED = 24  # commonest words of a text of one's own


def run(spec: WordVectors, lab: Lab) -> Iterator[Event]:
    """Two texts, their words, and what the mean does not see."""
    yield setting.progress("load_vectors")
    glove = vectors.load(manifest.checked_folder(WORD_VECTORS))
    yield setting.code(vectors.string_to_vector, vectors.as_written, vectors.words_of,
                       vectors.cosine, vectors.plane)  # fmt: skip
    first, second = (
        vectors.string_to_vector(glove, text, spec.policy) for text in (spec.text, spec.other)
    )
    if lab.cancelled():
        return
    near = _or_problem(lambda: vectors.neighbours(glove, spec.word))
    if lab.cancelled():
        return
    likened = _or_problem(lambda: vectors.analogy(glove, spec.analogy))
    if lab.cancelled():
        return
    one, other = (vectors.string_to_vector(glove, text).vector for text in ORDER)
    yield Event(stage="result", detail={
        "first": _plain(glove, spec.text, first), "second": _plain(glove, spec.other, second),
        "cosine": vectors.cosine(first.vector, second.vector),
        "encoder": _encoder(spec.text, spec.other),
        "order": {"texts": list(ORDER), "difference": float(np.abs(one - other).max()),
                  "cosine": vectors.cosine(one, other), "encoder": _encoder(*ORDER)},
        "neighbours": near, "analogy": likened, "map": _map(glove, list(spec.mapped)),
        "dimensions": len(first.vector), "words": len(glove.index_to_key),
    })  # fmt: skip


def train(spec: TrainVectors, lab: Lab) -> Iterator[Event]:
    """An epoch at a time, the neighbours of one word after each."""
    yield setting.code(own_vectors.train, own_vectors.corpus)
    lines = own_vectors.corpus(spec.text)
    common = Counter(word for line in lines for word in line).most_common(MAPPED)
    asked = spec.word.strip().lower()
    word = asked or next((w for w, _ in common if len(w) > 3), common[0][0] if common else "")
    model: Any = None
    for epoch, model in enumerate(own_vectors.train(spec), start=1):
        if lab.cancelled():
            return
        detail = {"what": "epoch", "epoch": epoch, "of": spec.epochs,
                  "neighbours": _near(model.wv, word)}  # fmt: skip
        yield Event(stage="data", detail=detail)
    unseen = f"{word}xyz"
    yield Event(stage="result", detail={
        "word": word, "words": len(model.wv), "tokens": sum(map(len, lines)),
        "neighbours": _near(model.wv, word),
        "unseen": {"word": unseen, "neighbours": _near(model.wv, unseen)},
        "map": _map(model.wv, [w for w, _ in common]),
    })  # fmt: skip


def _plain(glove: KeyedVectors, text: str, one: vectors.Embedded) -> dict[str, Any]:
    usual = vectors.as_written(glove, text)
    return {"vector": one.vector.tolist(), "known": one.known, "unknown": one.unknown,
            "empty": one.empty, "nan": bool(np.isnan(usual).any())}  # fmt: skip


def _near(found: KeyedVectors, word: str) -> list[tuple[str, float]] | None:
    """The five nearest; None for a word that has no vector."""
    try:
        return [(near, float(score)) for near, score in found.most_similar(word, topn=5)]
    except KeyError:
        return None


def _map(found: KeyedVectors, words: list[str]) -> dict[str, Any]:
    plain = list(dict.fromkeys(part for word in words for part in vectors.words_of(word)))
    known = [word for word in plain if word in found]
    unknown = [word for word in plain if word not in found]
    if not known:
        return {"words": [], "points": [], "unknown": unknown, "share": 1.0}
    points, share = vectors.plane(np.array([found[word] for word in known]))
    return {"words": known, "points": points.tolist(), "unknown": unknown, "share": share}


def _encoder(one: str, other: str) -> float | None:
    """Likeness by the sentence encoder, which reads words in their order; None without it."""
    if not home.is_ready(ENCODER) or not one.strip() or not other.strip():
        return None
    encoder = SentenceEncoder.load(manifest.checked_folder(ENCODER))
    read = encoder.encode([one, other]).vectors
    return float(read[0] @ read[1])


def _or_problem(ask: Callable[[], list[tuple[str, float]]]) -> dict[str, Any]:
    try:
        return {"found": [(word, float(score)) for word, score in ask()], "problem": None}
    except LabError as problem:
        return {"found": [], "problem": {"code": problem.code, "values": problem.values}}
