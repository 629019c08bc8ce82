"""What students have learnt: their loss on text held out, and how near they are to the teacher."""

import os
from typing import Any

import torch
from torch import Tensor

from lesson_core.model.cache import NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.tasks.bilingual import packing
from lesson_core.tasks.distil.text import Text
from lesson_core.tasks.distil.train import Settings, learn
from lesson_core.tasks.ladder.held_out import IGNORED, SIDE_BY_SIDE, nats, padded

MARKS = 8  # points of a learning curve
LOOKED_AT = 24  # texts that a student is looked at with while it learns


def glance(text: Text) -> packing.Documents:
    """The first texts for checks: enough for a curve."""
    return text.check.only(range(min(LOOKED_AT, len(text.check))))


def loss_on(model: Transformer, documents: packing.Documents) -> float:
    """Nats per token."""
    total, tokens = nats(model, documents).sum(axis=0)
    return float(total / tokens)


@torch.no_grad()
def beside(
    model: Transformer, teacher: Transformer, documents: packing.Documents
) -> dict[str, float]:
    """`kl`: mean KL(teacher ‖ student) in nats per token; `same`: how often both like the same
    token best."""
    apart, same, tokens = 0.0, 0, 0
    for start in range(0, len(documents), SIDE_BY_SIDE):
        chosen = range(start, min(start + SIDE_BY_SIDE, len(documents)))
        read, wanted = padded([documents.document(i) for i in chosen])
        scored = wanted != IGNORED
        laws: list[Tensor] = [
            torch.log_softmax(one(read, NoCache())[scored].float(), dim=-1)
            for one in (teacher, model)
        ]
        apart += float((laws[0].exp() * (laws[0] - laws[1])).sum())
        same += int((laws[0].argmax(-1) == laws[1].argmax(-1)).sum())
        tokens += int(scored.sum())
    return {"kl": apart / tokens, "same": same / tokens}


def compare(teacher: Transformer, text: Text, settings: Settings) -> dict[str, Any]:
    """Train every arm once and judge it: {seed, cpu_s, arms: {arm: {loss, kl, same, curve}}}.

    `loss`, `kl` and `same` on the text held out; `curve` [[step, loss]] on the text for checks.
    """
    looked_at = glance(text)
    begun, marks = os.times(), {settings.steps * i // MARKS for i in range(1, MARKS + 1)}
    curves: dict[str, list[list[float]]] = {arm: [] for arm in settings.arms}
    for step, found in learn(teacher, text, settings):
        if step in marks:
            for one in found:
                curves[one.arm].append([step, round(loss_on(one.model, looked_at), 4)])
    ended = os.times()
    arms = {}
    for one in found:
        judged = {"loss": loss_on(one.model, text.held), **beside(one.model, teacher, text.held)}
        rounded = {name: round(value, 4) for name, value in judged.items()}
        arms[one.arm] = {**rounded, "curve": curves[one.arm]}
    spent = ended.user + ended.system - begun.user - begun.system
    return {"seed": settings.seed, "cpu_s": round(spent, 1), "arms": arms}
