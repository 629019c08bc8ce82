"""MAML and Reptile against what one can work out by hand, and against a slower derivative."""

import pytest
import torch
from torch import Tensor

from lesson_core.tasks.few_shot import learner, maml, reptile
from lesson_core.tasks.few_shot.learner import Loss, Weights

STEEP, RATE, STEPS = 3.0, 0.1, 4


def bowl(bottom: float) -> Loss:
    """½ a (θ − bottom)²: every step of descent shrinks θ − bottom by 1 − rate · a."""

    def loss(weights: Weights) -> Tensor:
        return 0.5 * STEEP * (weights[0] - bottom).square().sum()

    return loss


def shrunk(start: float, bottom: float) -> float:
    return bottom + (1 - RATE * STEEP) ** STEPS * (start - bottom)


def test_descent_in_a_bowl() -> None:
    begun = [torch.tensor([2.0], requires_grad=True)]
    reached = learner.adapt(begun, bowl(-1.0), RATE, STEPS)
    assert float(reached[0].detach()) == pytest.approx(shrunk(2.0, -1.0))


@pytest.mark.parametrize("exact", [True, False])
def test_meta_gradient_in_a_bowl(exact: bool) -> None:
    """The chain rule by hand: the exact gradient carries (1 − rate · a)^steps, the other 1."""
    slopes, loss = maml.meta_gradient(
        [torch.tensor([2.0])], bowl(-1.0), bowl(0.5), RATE, STEPS, exact=exact
    )
    away = shrunk(2.0, -1.0) - 0.5
    through = (1 - RATE * STEEP) ** STEPS if exact else 1.0
    assert float(slopes[0]) == pytest.approx(STEEP * away * through, rel=1e-5)
    assert loss == pytest.approx(0.5 * STEEP * away**2, rel=1e-5)


def drawn(seed: int) -> tuple[Weights, Loss, Loss]:
    """A small network in float64, with examples to learn from and others to be asked."""
    draw = torch.Generator().manual_seed(seed)
    weights = [w.double() for w in learner.fresh(6, 3, seed, hidden=4)]
    weights = [w + 0.1 * torch.randn(w.shape, generator=draw).double() for w in weights]
    labels = torch.arange(3).repeat(4)
    told, asked = (torch.randn(12, 6, generator=draw).double() for _ in range(2))
    return weights, learner.loss_on(told, labels), learner.loss_on(asked, labels)


def test_the_exact_gradient_is_the_slope_of_the_outer_loss() -> None:
    """The slow twin: move one weight a little, adapt again, look how the query loss changed."""
    weights, support, query = drawn(1)
    slopes, _ = maml.meta_gradient(weights, support, query, 0.2, 3)
    nudge = 1e-6

    def outer(part: int, place: int, by: float) -> float:
        moved = [w.clone() for w in weights]
        moved[part].view(-1)[place] += by
        moved = [w.requires_grad_() for w in moved]
        return float(query(learner.adapt(moved, support, 0.2, 3)).detach())

    for part, place in ((0, 0), (0, 13), (1, 2), (2, 5), (3, 1)):
        slope = (outer(part, place, nudge) - outer(part, place, -nudge)) / (2 * nudge)
        assert float(slopes[part].view(-1)[place]) == pytest.approx(slope, rel=1e-4, abs=1e-8)


def test_the_first_order_gradient_is_another_one() -> None:
    weights, support, query = drawn(1)
    exact, _ = maml.meta_gradient(weights, support, query, 0.2, 3)
    first, _ = maml.meta_gradient(weights, support, query, 0.2, 3, exact=False)
    assert not torch.allclose(exact[0], first[0], rtol=0.05)


def test_without_a_step_both_are_the_plain_gradient() -> None:
    weights, support, query = drawn(2)
    plain = torch.autograd.grad(query(begun := [w.requires_grad_() for w in weights]), begun)
    for exact in (True, False):
        found, _ = maml.meta_gradient(weights, support, query, 0.2, 0, exact=exact)
        torch.testing.assert_close(found, list(plain))


def test_reptile_goes_part_of_the_way() -> None:
    moved = reptile.moved([torch.tensor([2.0])], bowl(-1.0), 0.25, RATE, STEPS)
    assert float(moved[0]) == pytest.approx(2.0 + 0.25 * (shrunk(2.0, -1.0) - 2.0))
