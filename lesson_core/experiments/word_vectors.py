"""Jobs `word_vectors` (GloVe on the learner's words) and `train_vectors` (vectors from nothing).

`word_vectors`: `progress` {what: "load_vectors"}, `code`, `data` {what: "share", key: "usual" |
"lower" | "ours" | "zh", found, n}, `result` {coverage, ours, zh, strings, key, pairs (these six:
tasks/vector_strings), first, second: {text, vector, known, unknown, empty, nan (of the usual three
lines), problem}, cosine | None, difference, encoder (the sentence encoder's cosine, None without
it), neighbours, analogy: {found, problem}, nearest (the analogy's word when its own three are not
left out, "" with a problem), map: {words, points, unknown, share}, dimensions, words}. A problem
is {code, values} | None.

`train_vectors`: `code`, `data` {what: "epoch", epoch, of, neighbours}, `result` {words, tokens,
neighbours, word, unseen: {word, neighbours | None}, order: {texts, difference} | None, map}.
LabError("vectors_few_words").
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from gensim.models import KeyedVectors

from lesson_core.artefacts import manifest
from lesson_core.artefacts.registry import WORD_VECTORS
from lesson_core.errors import LabError
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab
from lesson_core.schema.events import Event
from lesson_core.schema.vectors import Policy, TrainVectors, WordVectors
from lesson_core.tasks import own_vectors, sentence_encoder, vector_strings, vectors
from lesson_core.theory.lab_texts import lab_text

MAPPED = 24  # commonest words of a text of one's own that are not mere glue
ORDERED = 6  # words of a line that is read backwards


def run(spec: WordVectors, lab: Lab) -> Iterator[Event]:
    """The lab's text, strings that break things, then the learner's two texts and words."""
    yield setting.progress("load_vectors")
    glove = vectors.load(manifest.checked_folder(WORD_VECTORS))
    yield setting.code(vectors.string_to_vector, vectors.as_written, vectors.words_of,
                       vectors.cosine, vectors.analogy, vectors.plane)  # fmt: skip
    english = vector_strings.coverage(glove, lab_text("en"))
    whole, chinese = (vector_strings.ours(glove, lab_text(lang)) for lang in ("en", "zh"))
    for key, found, n in (
        ("usual", english["usual"], english["words"]),
        ("lower", english["lower"], english["words"]),
        ("ours", whole["found"], whole["words"]), ("zh", chinese["found"], chinese["words"]),
    ):  # fmt: skip
        yield Event(stage="data", detail={"what": "share", "key": key, "found": found, "n": n})
    if lab.cancelled():
        return
    strings = vector_strings.breaking(glove)
    first, second = (_plain(glove, text, spec.policy) for text in (spec.text, spec.other))
    if lab.cancelled():
        return
    near = _or_problem(lambda: vectors.neighbours(glove, spec.word))
    if lab.cancelled():
        return
    likened = _or_problem(lambda: vectors.analogy(glove, spec.analogy))
    nearest = "" if likened["problem"] else vectors.analogy_of_all(glove, spec.analogy)
    read = _encoder()
    if lab.cancelled():
        return
    both = np.array([first["vector"], second["vector"]])
    yield Event(stage="result", detail={
        "coverage": english, "ours": whole, "zh": chinese, "strings": strings,
        "key": vector_strings.as_a_key(glove, vector_strings.PLAIN),
        "pairs": vector_strings.pairs(glove, read), "first": first, "second": second,
        "cosine": vectors.cosine(*both), "difference": float(np.abs(both[0] - both[1]).max()),
        "encoder": _likeness(read, spec.text, spec.other), "neighbours": near, "analogy": likened,
        "nearest": nearest,
        "map": _map(glove, list(spec.mapped)), "dimensions": both.shape[1],
        "words": len(glove.index_to_key),
    })  # fmt: skip


def train(spec: TrainVectors, lab: Lab) -> Iterator[Event]:
    """An epoch at a time, the neighbours of one word after each."""
    yield setting.code(own_vectors.train, own_vectors.corpus)
    lines = own_vectors.corpus(own_vectors.text_of(spec))
    common = Counter(word for line in lines for word in line).most_common()
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
        "order": _backwards(model.wv, lines),
        "map": _map(model.wv, [w for w, _ in common if len(w) > 4 or not w.isascii()][:MAPPED]),
    })  # fmt: skip


def _plain(glove: KeyedVectors, text: str, policy: Policy) -> dict[str, Any]:
    """One text by both functions; where ours refuses, the problem and zeros."""
    usual, problem = vectors.as_written(glove, text), None
    try:
        one = vectors.string_to_vector(glove, text, policy)
    except LabError as refused:
        problem = {"code": refused.code, "values": refused.values}
        one = vectors.Embedded(vector=np.zeros(vectors.WIDTH), known=[], unknown=[])
    return {"text": text, "vector": one.vector.tolist(), "known": one.known,
            "unknown": one.unknown, "empty": one.empty, "nan": bool(np.isnan(usual).any()),
            "problem": problem}  # fmt: skip


def _backwards(found: KeyedVectors, lines: list[list[str]]) -> dict[str, Any] | None:
    """The mean of a line and of its words backwards; None where no line has three words."""
    line = next((line[:ORDERED] for line in lines if len(set(line)) > 2), None)
    if line is None:
        return None
    one, other = (
        np.sum([found[word] for word in sorted(words)], axis=0) for words in (line, line[::-1])
    )
    texts = [" ".join(line), " ".join(reversed(line))]
    return {"texts": texts, "difference": float(np.abs(one - other).max())}


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


def _encoder() -> Callable[[list[str]], Any] | None:
    """The sentence encoder, which reads words in their order; None where it is not here."""
    encoder = sentence_encoder.if_here()
    return None if encoder is None else lambda texts: encoder.encode(texts).vectors


def _likeness(read: Callable[[list[str]], Any] | None, *texts: str) -> float | None:
    if read is None or not all(text.strip() for text in texts):
        return None
    one, other = read(list(texts))
    return float(one @ other)


def _or_problem(ask: Callable[[], list[tuple[str, float]]]) -> dict[str, Any]:
    try:
        return {"found": [(word, float(score)) for word, score in ask()], "problem": None}
    except LabError as problem:
        return {"found": [], "problem": {"code": problem.code, "values": problem.values}}
