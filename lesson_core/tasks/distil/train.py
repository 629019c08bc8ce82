"""Students of one size side by side: the same start, the same steps, another teacher each.

- `plain` learns the next token of the text, nobody helps it;
- `soft` learns from the same text, and from the teacher's probabilities at every place of it;
- `written` learns the next token of what the teacher wrote, and never sees the text.

All three are reborn from one seed, take their rows in the same order, and every step is one update
of each by the recipe of the ladder.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from lesson_core.model.cache import NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.speed.distil import distillation_loss
from lesson_core.tasks.bilingual import checkpoint
from lesson_core.tasks.bilingual.train import batches, step_once
from lesson_core.tasks.distil.text import Text
from lesson_core.tasks.ladder import train as ladder
from lesson_core.tasks.ladder.rungs import Rung

Arm = Literal["plain", "soft", "written"]
ARMS: tuple[Arm, ...] = ("plain", "soft", "written")
BATCH, LENGTH = 4, 128
RATE = (BATCH * LENGTH / (ladder.BATCH * ladder.LENGTH)) ** 0.5
"""Times the ladder's peak: fewer tokens a step, so noisier gradients and, for Adam, the square root
of their ratio. At the full rate a student of the teacher's writing could stand almost still for a
hundred steps."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a comparison depends on beside its text and its teacher.

    Temperature 2, and 5 parts of soft labels to 2 of hard ones: what DistilBERT was trained with.
    Both were fixed before anything was trained here.
    """

    rung: Rung
    steps: int
    seed: int = 1
    temperature: float = 2.0
    weight: float = 5 / 7
    arms: Sequence[Arm] = ARMS


@dataclass(frozen=True)
class Student:
    """One learner: its model, its optimizer, its rows [B, T + 1]."""

    arm: Arm
    model: Transformer
    optimizer: torch.optim.AdamW
    rows: Iterator[Tensor]


def students(text: Text, settings: Settings, device: str) -> list[Student]:
    """All arms with equal weights, before the first step."""
    out = []
    for arm in settings.arms:
        model = checkpoint.fresh(settings.rung.config, settings.seed).to(device)
        documents = text.written if arm == "written" else text.train
        rows = batches(documents, LENGTH, BATCH, settings.seed, 0)
        out.append(Student(arm, model, ladder.optimizer_for(model), rows))
    return out


def learn(
    teacher: Transformer,
    text: Text,
    settings: Settings,
    progress: Callable[[int], float] | None = None,
) -> Iterator[tuple[int, list[Student]]]:
    """After every step its number and all students, until `progress` of the next one is 1.

    `progress` says how far the run is before a step; without it the steps are counted.
    """
    device = str(teacher.embedding.weight.device)
    found, step = students(text, settings, device), 0
    progress = progress or (lambda step: (step + 1) / (settings.steps + 1))
    while (done := progress(step)) < 1:
        rate = settings.rung.peak * RATE * ladder.one_cycle(done)
        for student, rows in zip(found, [next(one.rows) for one in found], strict=True):
            rows = rows.to(device)
            step_once(student.model, student.optimizer, loss(student, teacher, rows, settings),
                      rate)  # fmt: skip
        step += 1
        yield step, found


def loss(student: Student, teacher: Transformer, rows: Tensor, settings: Settings) -> Tensor:
    """What one student is to lower on rows [B, T + 1]: only `soft` asks the teacher."""
    read, targets = rows[:, :-1], rows[:, 1:].flatten()
    logits = student.model(read, NoCache()).flatten(0, 1)  # [B·T, V]
    if student.arm != "soft":
        return F.cross_entropy(logits, targets)
    with torch.no_grad():
        wanted = teacher(read, NoCache()).flatten(0, 1)
    return distillation_loss(logits, wanted, targets, settings.temperature, settings.weight)
