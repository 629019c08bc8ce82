"""All 150 intents of CLINC-150: accuracy, calibration, latency and size of each classifier.

`clinc150` is that of sentence embeddings with a linear head. Fine-tuning and the language model
are left to the live lesson: they take minutes here and answer the same question.
"""

from pathlib import Path
from typing import Any

from lesson_core import clock
from lesson_core.tasks import labelled_sets, sentence_encoder
from lesson_core.tasks.classify import linear
from lesson_core.tasks.classify.classifier import measured

BAR = 0.94


def measure(data: Path) -> dict[str, Any]:
    """The numbers above; LabError("data_missing" or "artefact_missing")."""
    learn, ask = labelled_sets.clinc150(data, "train"), labelled_sets.clinc150(data, "test")
    encoder = sentence_encoder.load()
    names = sorted({one.label for one in learn})
    ways = {"words": linear.Words(), "sentences": linear.of_sentences(encoder)}
    report: dict[str, Any] = {}
    for name, way in ways.items():
        way.fit([one.text for one in learn], [names.index(one.label) for one in learn])
        labels = [names.index(one.label) for one in ask]
        found = measured(way, [one.text for one in ask], labels, clock.now)
        report[name] = {
            "accuracy": round(found.accuracy, 4), "ece": round(found.ece, 4),
            "ms_per_text": round(found.seconds * 1e3, 3), "bytes": found.bytes,
        }  # fmt: skip
    reached = report["sentences"]["accuracy"]
    return {"clinc150": reached, "ways": report, "bar": BAR, "passed": reached >= BAR}
