"""Job `zero_shot_own`: the learner's own texts and classes, asked in four ways.

- `progress` {what: "load_model" | "embed" | "likelihood"}, `code`.
- `result` {labels, texts, ways: {way: {scores: [N][C], shares: [N][C]}}, unknown: [[unread pieces,
  pieces] per text], cut, tokens: [per label]}.

Ways: "name" and "described" by likeness (the template around the bare name where a label has no
description), "token" and "prior" by the language model. Raises LabError("artefact_missing").
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.experiments.zero_shot import SHOWN
from lesson_core.model.sentences import Encoded
from lesson_core.schema.events import Event
from lesson_core.schema.zero_shot import Label, OwnZeroShot
from lesson_core.tasks import label_likelihood as likelihood
from lesson_core.tasks import sentence_encoder, zero_shot
from lesson_core.theory.zero_shot import TEMPERATURE, shares


def run(spec: OwnZeroShot, lab: Lab) -> Iterator[Event]:
    """By likeness first: it is there in an instant."""
    yield setting.progress("load_model")
    encoder = sentence_encoder.load()
    loaded = lab.model(spec.recipe)
    yield setting.code(*SHOWN)
    yield setting.progress("embed")
    read = encoder.encode(spec.texts)
    names = [(label.name,) for label in spec.labels]
    described = [sayings(label, spec.template) for label in spec.labels]
    ways = {
        way: _way(read.vectors @ zero_shot.class_vectors(encoder, classes).T, TEMPERATURE)
        for way, classes in (("name", names), ("described", described))
    }
    labels = likelihood.label_ids(loaded.tokenizer, [one.name for one in spec.labels], spec.lang)
    told = []
    for done, text in enumerate(("", *spec.texts)):
        if lab.cancelled():
            return
        yield setting.progress("likelihood", done, 1 + len(spec.texts))
        ids, _ = likelihood.prompt(loaded.tokenizer, text, spec.lang)
        told.append(likelihood.shared(loaded.model, _fitting(loaded, ids, labels), labels))
    totals, prior = torch.stack(told[1:]), told[0]
    ways["token"] = _way(likelihood.per_token(totals, labels), 1.0)
    ways["prior"] = _way(likelihood.less_prior(totals, prior), 1.0)
    yield Event(stage="result", detail={
        "labels": [label.name for label in spec.labels], "texts": list(spec.texts), "ways": ways,
        "unknown": _unknown(read), "cut": read.cut, "tokens": [len(label) for label in labels],
    })  # fmt: skip


def sayings(label: Label, template: str) -> list[str]:
    """What the encoder reads for a described label: the template around each description."""
    return [template.replace("{}", text) for text in (label.name, *label.descriptions)]


def _fitting(loaded: Loaded, ids: list[int], labels: list[list[int]]) -> list[int]:
    """The end of a prompt where the model's context is shorter than the text."""
    return ids[-(loaded.config.max_seq_len - max(map(len, labels))) :]


def _way(scores: Tensor, temperature: float) -> dict[str, Any]:
    rows = scores.tolist()
    return {"scores": rows, "shares": [shares(row, temperature) for row in rows]}


def _unknown(read: Encoded) -> list[list[int]]:
    return [[tokens[1:-1].count("[UNK]"), len(tokens) - 2] for tokens in read.tokens]
