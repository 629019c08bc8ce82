"""The five ways of the job `classify`: made, taught, judged, and told as rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from lesson_core.artefacts import manifest
from lesson_core.artefacts.registry import ENCODER, WORD_VECTORS
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.model.threads import using_threads
from lesson_core.schema import han
from lesson_core.schema.classify import Classify
from lesson_core.schema.events import Event
from lesson_core.tasks import sentence_encoder, vectors
from lesson_core.tasks.classify import classifier, linear, shapes
from lesson_core.tasks.classify.by_likelihood import ByLikelihood
from lesson_core.tasks.classify.classifier import Classifier, Measured
from lesson_core.tasks.classify.fine_tuned import BATCH, FineTuned
from lesson_core.tasks.classify.halves import Halves
from lesson_core.theory import shares

NEEDS = {"vectors": WORD_VECTORS, "sentences": ENCODER, "tuned": ENCODER}
"""Which files a way reads."""

STEPS = 64  # of fine-tuning, whatever the number of texts
AT_ONCE = 6  # texts between two rows of the language model
SHOWN_CHARS = 160  # of a text in the result


@dataclass
class Found:
    """What is known so far."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    typed: dict[str, list[float]] = field(default_factory=dict)
    shapes: dict[str, Any] = field(default_factory=dict)

    def add(self, way: str, one: Measured, learn_s: float = 0.0, part: float = 1.0) -> Event:
        """Keep the numbers of a way; the event that tells them."""
        n, right = len(one.said), round(one.accuracy * len(one.said))
        low, high = shares.interval(right, n)
        self.rows[way] = {
            "right": right, "n": n, "low": low, "high": high, "ece": one.ece,
            "promised": sum(one.confidences) / n, "seconds": one.seconds, "bytes": one.bytes,
            "learn_s": learn_s, "part": part,
        }  # fmt: skip
        self.answers[way] = {"said": one.said, "sure": [round(s, 4) for s in one.confidences]}
        return Event(stage="data", detail={"what": "row", "way": way, **self.rows[way]})


def of_vectors() -> Classifier:
    """Over GloVe, whose table counts as its size."""
    glove = vectors.load(manifest.checked_folder(WORD_VECTORS))
    size = glove.vectors.nbytes
    return linear.of_vectors(lambda text: vectors.string_to_vector(glove, text).vector, size)


MAKERS: dict[str, Callable[[], Classifier]] = {
    "words": linear.Words,
    "vectors": of_vectors,
    "sentences": lambda: linear.of_sentences(sentence_encoder.load()),
    "tuned": lambda: FineTuned(sentence_encoder.load()),
}
"""The ways that learn, made when they are needed."""


def learned(
    way: str, one: Classifier, data: Halves, spec: Classify, lab: Lab, found: Found
) -> Iterator[Event]:
    """Learn, be judged, answer the typed text; the first linear way also shows the shapes."""
    start = lab.clock()
    part = 1.0
    if isinstance(one, FineTuned):
        for step, steps in _tuned(one, data, lab, start + spec.seconds / 2):
            part = step / steps
            yield setting.progress(way, step, steps)
    else:
        one.fit(*data.learned)
    learn_s = lab.clock() - start
    if lab.cancelled():
        return
    yield found.add(way, classifier.measured(one, *data.asked, lab.clock), learn_s, part)
    if spec.typed.strip():
        found.typed[way] = one.shares([spec.typed])[0].tolist()
    if isinstance(one, linear.Linear) and way in ("words", "vectors"):
        found.shapes = seen_shapes(one, spec.typed.strip() or data.asked.texts[0], data)


def _tuned(one: FineTuned, data: Halves, lab: Lab, until: float) -> Iterator[tuple[int, int]]:
    """Steps until they are done, or the time is up, or nobody waits; on one thread.

    With two, each step would wait for the slower of two cores, and one of them may be busy.
    """
    epochs = max(1, round(STEPS / -(-len(data.learned.texts) // BATCH)))
    with using_threads(1):
        for step, steps, _ in one.learn(*data.learned, epochs=epochs):
            yield step, steps
            if lab.cancelled() or lab.clock() > until:
                return


def seen_shapes(one: linear.Linear, text: str, data: Halves) -> dict[str, Any]:
    """The same text through the wrong and the right shapes, on this head's own weights."""
    features = one.features([text, *data.asked.texts[:7]])
    dense = features.toarray() if hasattr(features, "toarray") else features
    weights, bias = one.head.coef_.T, one.head.intercept_
    if len(bias) == 1:  # of two classes the library keeps one column: the other is its mirror
        weights, bias = np.hstack([-weights, weights]) / 2, np.array([-bias[0], bias[0]]) / 2
    seen = shapes.broken(dense, weights, bias, data.names)
    return {"text": text[:SHOWN_CHARS], **seen._asdict()}


def asked(
    loaded: Loaded, data: Halves, spec: Classify, lab: Lab, until: float, found: Found
) -> Iterator[Event]:
    """The language model, text by text, until its time is up; each class has one turn at least."""
    lang = han.language(*data.names)
    one = ByLikelihood(loaded.model, loaded.tokenizer, data.names, lang)
    rows: list[torch.Tensor] = []
    start, total = lab.clock(), len(data.asked.texts)
    for done, text in enumerate(data.asked.texts, start=1):
        if lab.cancelled():
            return
        rows.append(one.shares([text]))
        over = done >= len(data.names) and lab.clock() > until
        if done % AT_ONCE == 0 or done == total or over:
            seconds = (lab.clock() - start) / done
            told = classifier.judged(
                torch.cat(rows), data.asked.labels[:done], seconds, one.bytes()
            )
            yield found.add("told", told)
        if over:
            break
    if spec.typed.strip():
        found.typed["told"] = one.shares([spec.typed])[0].tolist()
