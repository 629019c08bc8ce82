"""Few-shot accuracy on CLINC-150: 5 classes, 1 and 5 examples each, every method on the same.

The 150 intents are divided by a seed: meta-learners practise on 100, all are tested on the other
50. Examples are from the training part, questions from the test part. `clinc_5w5s` is that of the
prototypes; nothing was chosen on the test classes.
"""

from pathlib import Path
from typing import Any

import torch

from lesson_core.tasks import labelled_sets, sentence_encoder
from lesson_core.tasks.few_shot import compare
from lesson_core.tasks.few_shot.episodes import divided

WAYS, SHOTS = 5, (1, 5)
EPISODES, PRACTICE, SEED = 200, 100, 0
BAR = 0.97


def measure(data: Path) -> dict[str, Any]:
    """The numbers above; LabError("data_missing" or "artefact_missing")."""
    parts = [labelled_sets.clinc150(data, split) for split in ("train", "test")]
    encoder = sentence_encoder.load()
    names = sorted({one.label for one in parts[0]})
    shown, asked = (
        (
            encoder.encode([one.text for one in some]).vectors.clone(),
            torch.tensor([names.index(one.label) for one in some]),
        )
        for some in parts
    )
    practice, kept = divided(len(names), PRACTICE, SEED)
    pool = compare.pool_of(*shown, *asked)
    called = encoder.encode([names[i].replace("_", " ") for i in kept]).vectors
    curves: dict[str, dict[str, dict[str, float]]] = {}
    for shots in SHOTS:
        methods = compare.plain(called, WAYS, SEED)
        for method in compare.META:
            rounds = compare.practised(method, pool.only(practice), WAYS, shots, SEED)
            methods[method] = compare.by_network(compare.last(rounds))
        *_, found = compare.compared(methods, pool.only(kept), WAYS, shots, EPISODES, SEED + 1)
        for method, one in found.items():
            row = {"mean": round(one.mean, 4), "half_width": round(one.half_width, 4)}
            curves.setdefault(method, {})[str(shots)] = row
    reached = curves["prototypes"]["5"]["mean"]
    return {
        "clinc_5w5s": reached, "episodes": EPISODES, "ways": WAYS, "practised": PRACTICE,
        "curves": curves,
        "bar": BAR, "passed": reached >= BAR,
    }  # fmt: skip
