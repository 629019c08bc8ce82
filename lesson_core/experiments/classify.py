"""Job `classify`: five ways to name the class of a text, judged on texts that none has learned.

Events in order:

- `progress` {what: "load_model" | a way, done, total}, `code`.
- `data` {what: "split", names, learned, asked, repeated, unseen}: the halves; `unseen` is the share
  of the asked words that no learned text held.
- `data` {what: "row", way, right, n, low, high, promised, ece, seconds, bytes, learn_s,
  part}: one way; the language model's row comes again and again as it reads more. `promised` is the
  mean confidence, `seconds` are per text, read one at a time, `part` is the share of its training
  that there was time for; {what, way, missing} stands for a way whose files are not here.
- `result` {split, rows: {way: row}, answers: {way: {said: [n], sure: [n]}}, asked: [{text, label}],
  typed: {way: [C]} | None, shapes, environment}.

Ways: `WAYS`. Raises LabError as the table or the model does.
"""

import re
from collections.abc import Iterator
from typing import Any

from lesson_core.artefacts import home
from lesson_core.experiments import classify_ways, setting
from lesson_core.experiments.classify_ways import SHOWN_CHARS
from lesson_core.experiments.setting import Lab
from lesson_core.schema.classify import Classify
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.tasks.classify import classifier, halves, linear, shapes
from lesson_core.tasks.classify.by_likelihood import ByLikelihood
from lesson_core.tasks.classify.fine_tuned import FineTuned
from lesson_core.tasks.classify.halves import Halves
from lesson_core.theory import calibration
from lesson_core.theory.labelled_sentences import sentences, topics

WAYS = ("words", "vectors", "sentences", "tuned", "told")
SHOWN = (
    shapes.as_written, shapes.label_of, linear.Linear.fit, linear.Linear.shares,
    FineTuned.learn, FineTuned.logits, ByLikelihood.shares, classifier.judged,
    calibration.expected_error,
)  # fmt: skip


def run(spec: Classify, lab: Lab) -> Iterator[Event]:
    """The quick ways first: each is on the page as soon as it is known."""
    begun = lab.clock()
    yield setting.progress("load_model")
    data, loaded = halves_of(spec), lab.model(spec.recipe)
    yield setting.code(*SHOWN)
    split = {**told_of(data), "names": data.names}
    yield Event(stage="data", detail={"what": "split", **split})
    found = classify_ways.Found()
    for way in WAYS[:-1]:
        if lab.cancelled():
            return
        yield setting.progress(way)
        if way in classify_ways.NEEDS and not home.is_ready(classify_ways.NEEDS[way]):
            found.rows[way] = {"missing": classify_ways.NEEDS[way]}
            yield Event(stage="data", detail={"what": "row", "way": way, **found.rows[way]})
            continue
        yield from classify_ways.learned(way, classify_ways.MAKERS[way](), data, spec, lab, found)
    if lab.cancelled():
        return
    yield setting.progress("told")
    yield from classify_ways.asked(loaded, data, spec, lab, begun + spec.seconds, found)
    if lab.cancelled():
        return
    texts = zip(data.asked.texts, data.asked.labels, strict=True)
    yield Event(stage="result", detail={
        "split": split, "rows": found.rows, "answers": found.answers, "shapes": found.shapes,
        "asked": [{"text": text[:SHOWN_CHARS], "label": label} for text, label in texts],
        "typed": found.typed or None, "environment": to_plain(loaded.environment),
    })  # fmt: skip


def halves_of(spec: Classify) -> Halves:
    """The learner's table, or the lab's sentences under the names of their topics."""
    if spec.table is not None:
        return halves.split(spec.table.texts, spec.table.labels, spec.per_class)
    names = {topic.id: topic.name for topic in topics(spec.lang)}
    ours = sentences(spec.lang)
    return halves.split([s.text for s in ours], [names[s.topic] for s in ours], spec.per_class)


def told_of(data: Halves) -> dict[str, Any]:
    """How large the halves are, and how much of the asked one is new."""
    word = re.compile(linear.HAN_OR_WORD)
    known = {w for text in data.learned.texts for w in word.findall(text.lower())}
    words = [word.findall(text.lower()) for text in data.asked.texts]
    return {
        "learned": len(data.learned.texts), "asked": len(data.asked.texts),
        "repeated": data.repeated, "unseen": halves.unseen_words(data, words, known),
    }  # fmt: skip
