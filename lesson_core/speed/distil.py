"""Knowledge distillation: what a student is asked to match, and what a teacher writes for it.

A student is another, smaller model; nothing about the teacher gets faster. Logits are [N, V]: N
places of a text, V tokens of a vocabulary that both share. Source: Hinton, Vinyals and Dean, 2015;
a teacher's writing as training text: Kim and Rush, 2016.
"""

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from lesson_core.model.cache import new_cache
from lesson_core.model.transformer import Transformer


def soft_loss_written(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """T² times the mean KL(teacher ‖ student) in nats, both softened by T: as it is defined.

    Divided by T, logits pull 1/T as hard on a softer law: the gradient shrinks as 1/T². The factor
    T² keeps it as large as that of the hard labels, whatever the temperature.
    """
    wanted = torch.log_softmax(teacher / temperature, dim=-1)
    given = torch.log_softmax(student / temperature, dim=-1)
    each = (wanted.exp() * (wanted - given)).sum(dim=-1)  # [N]
    return temperature**2 * each.mean()


class SoftLoss(torch.autograd.Function):
    """The same with its gradient by hand: T · (student − teacher) / N, in softened probabilities.
    For the way back one table [N, V] is kept."""

    @staticmethod
    def forward(ctx: Any, student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
        wanted = torch.log_softmax(teacher / temperature, dim=-1)
        given = torch.log_softmax(student / temperature, dim=-1)
        likely = wanted.exp()
        each: Tensor = torch.linalg.vecdot(likely, wanted.sub_(given))  # [N]
        ctx.save_for_backward(given.exp_().sub_(likely).mul_(temperature / len(each)))
        return temperature**2 * each.mean()

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor, None, None]:
        gradient: Tensor = ctx.saved_tensors[0]
        return gradient * upstream[0], None, None


def soft_loss(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """`soft_loss_written`, faster; the teacher gets no gradient."""
    loss: Tensor = SoftLoss.apply(student, teacher.detach(), temperature)  # type: ignore[no-untyped-call]
    return loss


def distillation_loss(
    student: Tensor, teacher: Tensor, targets: Tensor, temperature: float, weight: float
) -> Tensor:
    """(1 − weight) · cross-entropy with the next tokens [N] + weight · soft loss, in nats."""
    loss = torch.zeros((), device=student.device)
    if weight < 1:
        loss = loss + (1 - weight) * F.cross_entropy(student, targets)
    if weight > 0:
        loss = loss + weight * soft_loss(student, teacher, temperature)
    return loss


@torch.inference_mode()
def write_like(
    teacher: Transformer,
    documents: Sequence[Sequence[int]],
    known: int,
    eos: int,
    generator: torch.Generator,
) -> list[list[int]]:
    """Sequence-level: the teacher goes on from the first `known` ids of every document.

    Tokens are drawn from its own law, nothing cut off and nothing sharpened. A text ends with `eos`
    or where its document ends; documents must be longer than `known`.
    """
    longest = max(map(len, documents))
    table = teacher.embedding.weight
    cache = new_cache(
        "preallocated", teacher.config, len(documents), longest, table.dtype, str(table.device)
    )
    token = torch.tensor([row[:known] for row in documents], device=table.device)
    columns = [token]
    for _ in range(longest - known):
        likely = torch.softmax(teacher.last_logits(token, cache).float(), dim=-1)  # [B, V]
        token = torch.multinomial(likely.cpu(), 1, generator=generator).to(table.device)
        columns.append(token)
    rows = torch.cat(columns, dim=1).tolist()
    cut = [row[: len(document)] for row, document in zip(rows, documents, strict=True)]
    return [row[: row.index(eos, known) + 1] if eos in row[known:] else row for row in cut]
