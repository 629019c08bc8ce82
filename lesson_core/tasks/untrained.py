"""The loss of a model that has learnt nothing: ln V, and half the variance of its scores.

With V scores z of variance σ² that know nothing of the target, the mean of −ln softmax(z) is
ln Σ exp(z) − z̄, which is ln V + σ²/2 for small σ. A first loss far from it is a bug.
"""

import math
from dataclasses import dataclass
from itertools import islice

import torch
import torch.nn.functional as F

from lesson_core.schema.first_transformer import TrainTransformer
from lesson_core.tasks import first_transformer as first

QUESTIONS = 256
Z = 1.96  # standard errors to either side


@dataclass(frozen=True, kw_only=True)
class Untrained:
    """`loss` = `classes_part` + `spread_part` + a rest, in nats over `n` scored characters."""

    loss: float
    low: float
    high: float
    n: int
    classes: int
    classes_part: float  # ln V
    spread_part: float  # σ²/2


@torch.no_grad()
def untrained(spec: TrainTransformer) -> Untrained:
    """The model of a training run as it is before its first step, on questions it may train on."""
    torch.manual_seed(spec.seed)
    model = first.build(spec)
    asked = list(islice(first.questions(spec, spec.seed, tested=False), QUESTIONS))
    inputs, targets = first.batch(spec.task, asked)
    scores = model(inputs, first.attend(spec.causal)).flatten(0, 1)  # [B·T, V]
    scored = targets.flatten() >= 0
    scores, wanted = scores[scored], targets.flatten()[scored]
    losses = F.cross_entropy(scores, wanted, reduction="none")
    mean, error = float(losses.mean()), float(losses.std()) / math.sqrt(len(losses))
    return Untrained(
        loss=mean, low=mean - Z * error, high=mean + Z * error, n=len(losses),
        classes=scores.shape[1], classes_part=math.log(scores.shape[1]),
        spread_part=float(scores.var(dim=1, unbiased=False).mean()) / 2,
    )  # fmt: skip
