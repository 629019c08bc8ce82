"""Several rungs trained side by side for a minute: the same batches, so the same tokens for all.

The recipe is the ladder's, without compiling, which takes longer than it would save here. The
rate follows the batches read, or the time spent where that is further, so that every run ends at
the low rate it needs, on any machine.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from lesson_core.clock import Clock
from lesson_core.model.transformer import Transformer
from lesson_core.tasks.bilingual import checkpoint, packing
from lesson_core.tasks.bilingual.train import loss_of, step_once
from lesson_core.tasks.ladder.held_out import told
from lesson_core.tasks.ladder.rungs import Rung
from lesson_core.tasks.ladder.train import Text, one_cycle, optimizer_for

BATCH, LENGTH = 8, 128
MEASURED = 8  # times the held-out loss is taken along the way
TEST = 48  # held-out documents that are read for it


@dataclass(frozen=True, kw_only=True)
class Told:
    """After `step` steps: nats per token of each rung, in training or on held-out text."""

    step: int
    tokens: int
    seconds: float
    held_out: bool
    losses: tuple[float, ...]


def train(
    rungs: Sequence[Rung], text: Text, seconds: float, seed: int, clock: Clock,
    stopped: Callable[[], bool],
) -> Iterator[Told]:  # fmt: skip
    """What each step says, until the text has been read once or the time is up."""
    begun = clock()
    models = [checkpoint.fresh(rung.config, seed) for rung in rungs]
    optimizers = [optimizer_for(model) for model in models]
    rows = list(packing.rows(text.train, LENGTH + 1, seed))
    batches = [np.stack(rows[i : i + BATCH]) for i in range(0, len(rows) - BATCH + 1, BATCH)]
    test = [text.held.document(i) for i in range(min(TEST, len(text.held)))]
    due, step = 1, 0
    while not stopped():
        progress = max(step / len(batches), (clock() - begun) / seconds)
        told_now = step, step * BATCH * LENGTH, clock() - begun
        if step and (progress >= due / MEASURED or progress >= 1):
            due = int(progress * MEASURED) + 1
            yield _told(told_now, True, [held_out(model, test) for model in models])
        if progress >= 1:
            return
        ids, losses = torch.from_numpy(batches[step]), []
        for rung, model, optimizer in zip(rungs, models, optimizers, strict=True):
            rate = rung.peak * one_cycle(progress)
            losses.append(step_once(model, optimizer, loss_of(model, ids, amp=False), rate))
            if stopped():
                return
        step += 1
        yield _told((step, step * BATCH * LENGTH, clock() - begun), False, losses)


def held_out(model: Transformer, documents: Sequence[np.ndarray]) -> float:
    """Nats per token of `documents`."""
    found = [nats for nats, _ in told(model, documents)]
    return float(sum(nats.sum() for nats in found) / sum(map(len, found)))


def _told(at: tuple[int, int, float], held: bool, losses: list[float]) -> Told:
    step, tokens, seconds = at
    return Told(step=step, tokens=tokens, seconds=seconds, held_out=held, losses=tuple(losses))
