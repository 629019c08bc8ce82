"""MAML: weights from which a few steps of descent lead far, on a class never seen.

    θ'_i = θ − α ∇L_i(θ)  on the support;   θ ← θ − β ∇_θ Σ_i L_i(θ'_i)  on the query

The outer gradient passes through the inner step: d θ'/d θ = 1 − α ∇²L. The first-order variant
takes that for 1 and saves the second derivative. It needs examples of every new class: this is
few-shot learning, and says nothing about a class without any.
Source: Finn et al. 2017, arXiv:1703.03400; first order, Nichol et al. 2018, arXiv:1803.02999.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from lesson_core.tasks.few_shot.episodes import Episode
from lesson_core.tasks.few_shot.learner import RATE, STEPS, Loss, Weights, adapt, loss_on

OUTER = 3e-3  # chosen on practice classes, as the inner rate


def meta_gradient(
    weights: Weights, support: Loss, query: Loss, rate: float = RATE, steps: int = STEPS,
    exact: bool = True,
) -> tuple[list[Tensor], float]:  # fmt: skip
    """d L_query(θ') / d θ, and the query loss after the inner steps."""
    begun = [weight.detach().requires_grad_() for weight in weights]
    if exact:
        loss = query(adapt(begun, support, rate, steps, exact=True))
        return list(torch.autograd.grad(loss, begun)), float(loss.detach())
    reached = [w.detach().requires_grad_() for w in adapt(begun, support, rate, steps)]
    loss = query(reached)
    return list(torch.autograd.grad(loss, reached)), float(loss.detach())


def train(
    weights: Weights, drawn: Iterator[Episode], rounds: int, at_once: int = 4, exact: bool = True
) -> Iterator[tuple[Weights, float]]:
    """The weights after each round of `at_once` episodes, and the mean query loss of the round."""
    weights = [weight.clone() for weight in weights]
    outer = torch.optim.Adam(weights, lr=OUTER)
    for _ in range(rounds):
        total, outer_slopes = 0.0, [torch.zeros_like(weight) for weight in weights]
        for _ in range(at_once):
            one = next(drawn)
            slopes, loss = meta_gradient(
                weights, loss_on(one.support, one.labels), loss_on(one.query, one.right),
                exact=exact,
            )  # fmt: skip
            total += loss / at_once
            outer_slopes = [a + b / at_once for a, b in zip(outer_slopes, slopes, strict=True)]
        for weight, slope in zip(weights, outer_slopes, strict=True):
            weight.grad = slope
        outer.step()
        yield weights, total
