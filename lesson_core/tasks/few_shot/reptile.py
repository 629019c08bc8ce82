"""Reptile: learn an episode by plain descent, then move the beginning a little towards the end.

    θ ← θ + ε (θ̃ − θ)      θ̃: after k steps of descent on one episode

No second derivative and no split into support and query: all examples of the episode are used.
Source: Nichol et al. 2018, arXiv:1803.02999.
"""

from collections.abc import Iterator

import torch

from lesson_core.tasks.few_shot.episodes import Episode
from lesson_core.tasks.few_shot.learner import RATE, STEPS, Loss, Weights, adapt, loss_on

STEP = 0.5  # ε at the start; it falls to 0 in a straight line


def moved(
    weights: Weights, loss: Loss, step: float, rate: float = RATE, steps: int = STEPS
) -> Weights:
    """One update: `step` of the way to where the descent on `loss` ends."""
    begun = [weight.detach().requires_grad_() for weight in weights]
    end = adapt(begun, loss, rate, steps)
    return [(w + step * (reached - w)).detach() for w, reached in zip(begun, end, strict=True)]


def train(
    weights: Weights, drawn: Iterator[Episode], rounds: int
) -> Iterator[tuple[Weights, float]]:
    """The weights after each episode, and the loss on it before they moved."""
    for number in range(rounds):
        one = next(drawn)
        loss = loss_on(torch.cat([one.support, one.query]), torch.cat([one.labels, one.right]))
        with torch.no_grad():
            before = float(loss(weights))
        weights = moved(weights, loss, STEP * (1 - number / rounds))
        yield weights, before
