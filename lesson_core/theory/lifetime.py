"""What a model costs over its life, trained once and served for long; the cheapest of its loss.

Source: Sardana et al. 2024, arXiv:2401.00448.
"""

import math
from dataclasses import dataclass

from lesson_core.errors import LabError
from lesson_core.theory import scaling


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A model to train and serve; cost in whatever unit the prices are."""

    n: float
    tokens: float
    train_cost: float
    serve_cost: float

    @property
    def cost(self) -> float:
        """Of its whole life."""
        return self.train_cost + self.serve_cost


def lifetime(
    surface: scaling.Surface,
    n: float,
    loss: float,
    served: float,
    prices: tuple[float, float] = (1.0, 1.0),
) -> Choice:
    """What it costs to train `n` parameters to `loss` and serve `served` tokens.

    `prices` are those of a FLOP in training and in serving (1 and 1: count FLOP).
    """
    tokens = surface.tokens_for(n, loss)
    return Choice(
        n=n,
        tokens=tokens,
        train_cost=prices[0] * scaling.TRAIN_FLOP * n * tokens,
        serve_cost=prices[1] * scaling.SERVE_FLOP * n * served,
    )


def cheapest(
    surface: scaling.Surface, loss: float, served: float, prices: tuple[float, float] = (1.0, 1.0)
) -> Choice:
    """The model of this loss whose training and serving cost least (Sardana et al. 2024).

    The smallest model that can reach `loss` bounds the search below; cost has one valley in log n.
    Raises LabError("loss_out_of_reach") at or below the surface's floor.
    """
    if loss <= surface.floor:
        raise LabError("loss_out_of_reach", loss=round(loss, 3), floor=surface.floor)
    smallest = (surface.a / (loss - surface.floor)) ** (1 / surface.alpha)
    low, high = math.log(smallest) + 1e-6, math.log(smallest) + math.log(1e4)
    for _ in range(200):  # each time the valley is in two thirds of where it was
        left, right = low + (high - low) / 3, high - (high - low) / 3
        one, other = (
            lifetime(surface, math.exp(at), loss, served, prices).cost for at in (left, right)
        )
        low, high = (low, right) if one < other else (left, high)
    return lifetime(surface, math.exp((low + high) / 2), loss, served, prices)
