"""Distillation: the same student with a teacher and without, three seeds, judged on text held out.

`plain_loss`, `kd_loss` (the teacher's logits) and `written_loss` (the teacher's writing), one per
seed, in nats per token. Everything it needs ships with the lab. Temperature, weight and steps were
fixed beforehand; `passed` says that the logits helped with every seed.
"""

from pathlib import Path
from typing import Any

import torch

from lesson_core.artefacts import manifest
from lesson_core.artefacts.registry import FALLBACK
from lesson_core.model import weights
from lesson_core.tasks.distil import compare
from lesson_core.tasks.distil.text import Text
from lesson_core.tasks.distil.train import Settings
from lesson_core.tasks.ladder import rungs

TEACHER, STUDENT = FALLBACK, "ladder-220k"
SEEDS, STEPS = (1, 2, 3), 400


def measure(data: Path) -> dict[str, Any]:
    """The numbers above; `data` is not needed."""
    folder, text = manifest.checked_folder(TEACHER), Text.load()
    teacher = weights.load(folder, dtype=torch.float32, device="cpu").requires_grad_(False)
    rung = rungs.named(STUDENT)
    runs = [
        compare.compare(teacher, text, Settings(rung=rung, steps=STEPS, seed=seed))["arms"]
        for seed in SEEDS
    ]
    return report(runs, compare.loss_on(teacher, text.held))


def report(runs: list[dict[str, Any]], teacher_loss: float) -> dict[str, Any]:
    """The line of the benchmark from the arms of every seed."""
    plain, soft, written = ([run[arm]["loss"] for run in runs]
                            for arm in ("plain", "soft", "written"))  # fmt: skip
    return {
        "teacher": TEACHER, "student": STUDENT, "seeds": list(SEEDS), "steps": STEPS,
        "kd_loss": soft, "plain_loss": plain, "written_loss": written,
        "teacher_loss": round(teacher_loss, 4),
        "passed": all(kd < alone for kd, alone in zip(soft, plain, strict=True)),
    }  # fmt: skip
