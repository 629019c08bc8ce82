"""The small network that meta-learning begins well: two matrices over a sentence vector.

`adapt` is ordinary gradient descent, written so that its result is still a function of where it
began: whoever asks can differentiate through it.
"""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from lesson_core.tasks.few_shot.episodes import Episode

Weights = list[Tensor]
Loss = Callable[[Weights], Tensor]

HIDDEN = 64
RATE, STEPS = 2.0, 5  # of the descent inside an episode; chosen on practice classes


def fresh(d_model: int, ways: int, seed: int, hidden: int = HIDDEN) -> Weights:
    """Random weights of the usual size; the head begins at 0, so no class is preferred."""
    draw = torch.Generator().manual_seed(seed)
    first = torch.randn(d_model, hidden, generator=draw) * (2 / d_model) ** 0.5
    return [first, torch.zeros(hidden), torch.zeros(hidden, ways), torch.zeros(ways)]


def logits(weights: Weights, x: Tensor) -> Tensor:
    """Sentence vectors of length 1 [B, d_model] to class scores [B, N]."""
    first, bias, head, head_bias = weights
    x = x * x.shape[-1] ** 0.5  # each number about 1, as the first matrix expects
    found: Tensor = F.relu(x @ first + bias) @ head / head.shape[0] ** 0.5 + head_bias
    return found


def loss_on(x: Tensor, labels: Tensor) -> Loss:
    """The cross-entropy of examples, as a function of the weights."""
    return lambda weights: F.cross_entropy(logits(weights, x), labels)


def adapt(
    weights: Weights, loss: Loss, rate: float = RATE, steps: int = STEPS, exact: bool = False
) -> Weights:
    """`steps` of gradient descent: θ ← θ − rate · ∇loss(θ).

    With `exact` the gradients stay part of the graph, so that the result can be differentiated
    twice; without, each step counts as adding a constant.
    """
    for _ in range(steps):
        slopes = torch.autograd.grad(loss(weights), weights, create_graph=exact)
        weights = [w - rate * slope for w, slope in zip(weights, slopes, strict=True)]
    return weights


def say(weights: Sequence[Tensor], episode: Episode, steps: int = STEPS) -> Tensor:
    """Learn from the support, then answer: the class said for each query [N·Q]."""
    begun = [weight.detach().requires_grad_() for weight in weights]
    learned = adapt(begun, loss_on(episode.support, episode.labels), steps=steps)
    with torch.no_grad():
        return logits(learned, episode.query).argmax(dim=1)
