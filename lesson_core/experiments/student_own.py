"""Job `student_own`: the learner's sentences, read by the teacher and by its student.

- `progress` {what: "load_model" | "embed"}, `code`.
- `result` {labels, texts, ways: {"teacher" | "glosses" | "student": {scores: [N][C], shares:
  [N][C]}}, unknown: {way: [[unread pieces, pieces] per text]}, glosses: [[[piece, [English]]] per
  text]}.

A label in Chinese characters is read by the student, any other one by the teacher: both write into
the same space. Raises LabError("artefact_missing") without the encoder.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab
from lesson_core.schema import han
from lesson_core.schema.events import Event
from lesson_core.schema.how_zero_shot import OwnStudent
from lesson_core.schema.zero_shot import Label
from lesson_core.tasks import zero_shot
from lesson_core.tasks.student import readers, start
from lesson_core.tasks.student.dictionary import Dictionary
from lesson_core.tasks.student.readers import Readers
from lesson_core.theory.zero_shot import TEMPERATURE, TEMPLATE, shares

WAYS = ("teacher", "glosses", "student")


def run(spec: OwnStudent, lab: Lab) -> Iterator[Event]:
    """One reader after the other; the classes stay where they are."""
    yield setting.progress("load_model")
    found = readers.load()
    yield setting.code(
        Dictionary.vectors, start.begin, zero_shot.class_vectors, zero_shot.similarities
    )
    classes = torch.cat([class_vector(found, label) for label in spec.labels])
    ways: dict[str, Any] = {}
    unknown: dict[str, list[list[int]]] = {}
    for way in WAYS:
        if lab.cancelled():
            return
        yield setting.progress("embed")
        read = getattr(found, way).encode(spec.texts)
        scores = zero_shot.similarities(read.vectors, classes).tolist()
        ways[way] = {"scores": scores, "shares": [shares(row, TEMPERATURE) for row in scores]}
        unknown[way] = [[row[1:-1].count("[UNK]"), len(row) - 2] for row in read.tokens]
    yield Event(stage="result", detail={
        "labels": [label.name for label in spec.labels], "texts": list(spec.texts), "ways": ways,
        "unknown": unknown, "glosses": [readers.glossed(found, text) for text in spec.texts],
    })  # fmt: skip


def class_vector(found: Readers, label: Label) -> Tensor:
    """A label among the teacher's vectors, [1, d_model]; its descriptions stand for it."""
    said = (label.name, *label.descriptions)
    lang = han.language(*said)
    reader = found.student if lang == "zh" else found.teacher
    return zero_shot.class_vectors(reader, [[TEMPLATE[lang].format(text) for text in said]])
