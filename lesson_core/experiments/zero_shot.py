"""Job `zero_shot`: sentences of classes that neither model was trained to tell apart.

Events in order:

- `progress` {what: "load_model" | "embed" | "likelihood", done, total}, `code`.
- `data` {what: "row", key, right, n, expected}: one way of asking, again and again as it grows. The
  keys are `WAYS` (the encoder) and "<lang>.<rule>" (the language model).
- `result` {topics, rows: {key: {right, n, low, high, expected}}, confusion: {lang: [C][C]}, split:
  {"plain" | "hard": the same}, second, misses: [{text, topic, said, margin}], unknown: {lang: share
  of [UNK] pieces}, twins, environment}.

`expected` is the accuracy that the encoder's own confidence promises, the mean share of its
answers; None for the language model. Raises LabError("artefact_missing") without the encoder.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import torch

from lesson_core.experiments import setting, zero_shot_told
from lesson_core.experiments.setting import Lab
from lesson_core.model.encoder import Encoder, pooled
from lesson_core.model.sentences import SentenceEncoder
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.zero_shot import ZeroShot
from lesson_core.tasks import label_likelihood, sentence_encoder, zero_shot
from lesson_core.theory import shares
from lesson_core.theory.labelled_sentences import Sentence, place, sentences, spread, topics
from lesson_core.theory.zero_shot import Answer, Wording, answer, lines

Way = tuple[str, str, Wording]
WAYS: dict[str, Way] = {
    "en.name": ("en", "en", "name"),
    "en.described": ("en", "en", "described"),
    "zh.described": ("zh", "zh", "described"),
    "zh.crossed": ("zh", "en", "described"),
}
"""The language of the sentences, that of the labels, and how a label is put."""

SHOWN = (
    zero_shot.class_vectors, zero_shot.similarities, pooled, Encoder.forward,
    label_likelihood.shared, label_likelihood.less_prior,
)  # fmt: skip
"""What the page shows of the code that ran."""

AT_ONCE = 52  # sentences between two looks at `cancelled`
MISSES = 12  # shown


def run(spec: ZeroShot, lab: Lab) -> Iterator[Event]:
    """Embed all sentences, then let the language model read as many as the time allows."""
    begun = lab.clock()
    yield setting.progress("load_model")
    encoder = sentence_encoder.load()
    loaded = lab.model(spec.recipe)
    yield setting.code(*SHOWN)
    found: dict[str, list[Answer]] = {key: [] for key in WAYS}
    unknown: dict[str, float] = {}
    for lang in ("en", "zh"):
        yield from _likeness(encoder, lab, lang, found, unknown)
        if lab.cancelled():
            return
    told: dict[str, Any] = {}
    left = max(spec.seconds / 4, spec.seconds - (lab.clock() - begun))
    yield from zero_shot_told.rows(loaded, lab, spec.sampled, left, told)
    if lab.cancelled():
        return
    rows = {key: row(key, answers) for key, answers in found.items()} | told.pop("rows")
    yield Event(stage="result", detail={
        "topics": [topic.id for topic in topics("en")], "rows": rows, "unknown": unknown,
        "confusion": {lang: _confusion(lang, found[f"{lang}.described"]) for lang in unknown},
        **_misses(found["en.described"]), **told, "environment": to_plain(loaded.environment),
    })  # fmt: skip


def _likeness(
    encoder: SentenceEncoder, lab: Lab, lang: str, found: dict[str, list[Answer]],
    unknown: dict[str, float],
) -> Iterator[Event]:  # fmt: skip
    """All sentences of a language, every way of putting the labels; fills the last two."""
    ways = {key: way for key, way in WAYS.items() if way[0] == lang}
    classes = {key: _classes(encoder, way) for key, way in ways.items()}
    pieces: list[str] = []
    for some in batches(sentences(lang)):
        if lab.cancelled():
            return
        read = encoder.encode([sentence.text for sentence in some])
        pieces += [token for tokens in read.tokens for token in tokens[1:-1]]
        for key in ways:
            near = zero_shot.similarities(read.vectors, classes[key])
            found[key] += [answer(scores) for scores in near.tolist()]
            detail = {"what": "row", "key": key, **row(key, found[key])}
            yield Event(stage="data", detail=detail)
    unknown[lang] = pieces.count("[UNK]") / len(pieces)


def row(key: str, answers: Sequence[Answer]) -> dict[str, Any]:
    """How many of the first `len(answers)` sentences are right, and how many were promised."""
    return _tally(answers, hit(key.split(".")[0], answers))


def split(lang: str, answers: Sequence[Answer]) -> dict[str, dict[str, Any]]:
    """The rows of the plain and of the hard sentences of a language, all of them answered."""
    ordered, hits = spread(sentences(lang)), hit(lang, answers)
    rows = {}
    for kind in ("plain", "hard"):
        of = [i for i, sentence in enumerate(ordered) if sentence.hard == (kind == "hard")]
        rows[kind] = _tally([answers[i] for i in of], [hits[i] for i in of])
    return rows


def _tally(answers: Sequence[Answer], hits: Sequence[bool]) -> dict[str, Any]:
    low, high = shares.interval(sum(hits), len(hits))
    expected = sum(one.share for one in answers) / len(answers)
    return {"right": sum(hits), "n": len(hits), "low": low, "high": high, "expected": expected}


def hit(lang: str, answers: Sequence[Answer]) -> list[bool]:
    """Whether each answer names the topic of its sentence."""
    truth = [place(sentence) for sentence in spread(sentences(lang))]
    return [one.best == right for one, right in zip(answers, truth, strict=False)]


def batches(given: Sequence[Sentence]) -> Iterator[list[Sentence]]:
    """Some sentences of every topic at a time."""
    ordered = spread(given)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def _classes(encoder: SentenceEncoder, way: Way) -> torch.Tensor:
    _, lang, wording = way
    return zero_shot.class_vectors(encoder, [lines(topic, lang, wording) for topic in topics(lang)])


def _confusion(lang: str, answers: Sequence[Answer]) -> list[list[int]]:
    truth = [place(sentence) for sentence in spread(sentences(lang))]
    return shares.confusion([one.best for one in answers], truth, len(topics(lang)))


def _misses(answers: Sequence[Answer]) -> dict[str, Any]:
    """Where English went wrong: plain or hard, second or nowhere, and the surest mistakes."""
    ordered = spread(sentences("en"))
    wrong = [i for i, is_right in enumerate(hit("en", answers)) if not is_right]
    names = [topic.id for topic in topics("en")]
    surest = sorted(wrong, key=lambda i: -answers[i].margin)[:MISSES]
    return {
        "split": split("en", answers),
        "second": sum(answers[i].second == place(ordered[i]) for i in wrong),
        "misses": [
            {"text": ordered[i].text, "topic": ordered[i].topic, "said": names[answers[i].best],
             "margin": answers[i].margin}
            for i in surest
        ],
    }  # fmt: skip
