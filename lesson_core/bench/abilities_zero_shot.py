"""Zero-shot accuracy by sentence embeddings: SIB-200 in both languages, CLINC-150, our own set.

`sib200_en`, `sib200_zh_before`: the test part, seven topics described in English; chance is 0.14.
`sib200_zh_start`, `sib200_zh_after`: the same sentences read by the Chinese student as it began
(the teacher's layers over a dictionary) and after its training.
`clinc20`: in-scope test questions among 20 random intents, bare names, the mean over `draws`.
`sib200_en_likelihood`: the same sentences by the default model, its 4-bit weights expanded to fp32:
the likeliest label as it stands ("sum"), per token, and less its prior.
`own`: the lab's sentences. Nothing was chosen on any of these; see `tasks.public_topics`.
"""

from pathlib import Path
from typing import Any

import torch

from lesson_core.artefacts import manifest
from lesson_core.artefacts.registry import DEFAULT
from lesson_core.model import weights
from lesson_core.model.sentences import SentenceEncoder
from lesson_core.tasks import public_topics, zero_shot
from lesson_core.tasks.student import readers, score
from lesson_core.text.tokenizer import Tokenizer
from lesson_core.theory import shares, stats
from lesson_core.theory.labelled_sentences import place, sentences, topics
from lesson_core.theory.zero_shot import lines

DRAWS = 20
BARS = {"sib200_en": 0.72, "clinc20": 0.85}


def measure(data: Path) -> dict[str, Any]:
    """The numbers above; LabError("data_missing" or "artefact_missing")."""
    three = readers.load()
    encoder = three.teacher
    draws = public_topics.clinc_accuracy(encoder, data, DRAWS)
    found = {
        "sib200_en": round(public_topics.sib_accuracy(encoder, data, "en"), 4),
        "sib200_zh_before": round(public_topics.sib_accuracy(encoder, data, "zh"), 4),
        "sib200_zh_start": round(score.sib_accuracy(three.glosses, encoder, data), 4),
        "sib200_zh_after": round(score.sib_accuracy(three.student, encoder, data), 4),
        "clinc20": round(sum(draws) / len(draws), 4),
    }
    return {
        **found,
        "clinc20_draws": DRAWS,
        "clinc20_iqr": round(stats.iqr(draws), 4),
        "sib200_en_likelihood": _likelihood(data),
        "own": {lang: _own(encoder, lang) for lang in ("en", "zh")},
        "bars": BARS,
        "passed": all(found[name] >= bar for name, bar in BARS.items()),
    }


def _likelihood(data: Path) -> dict[str, float]:
    folder = manifest.checked_folder(DEFAULT)
    model = weights.load(folder, dtype=torch.float32, device="cpu")
    found = public_topics.sib_likelihood(model, Tokenizer.load(folder), data)
    return {rule: round(share, 4) for rule, share in found.items()}


def _own(encoder: SentenceEncoder, lang: str) -> dict[str, float | int]:
    """The lab's own sentences of one language, described in that language."""
    given = sentences(lang)
    classes = [lines(topic, lang, "described") for topic in topics(lang)]
    said = zero_shot.classify(encoder, [one.text for one in given], classes).argmax(dim=1)
    right = sum(int(i) == place(one) for i, one in zip(said, given, strict=True))
    low, high = shares.interval(right, len(given))
    return {"accuracy": round(right / len(given), 4), "low": round(low, 4),
            "high": round(high, 4), "n": len(given)}  # fmt: skip
