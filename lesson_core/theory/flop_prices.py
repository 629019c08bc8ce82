"""What a FLOP costs, in training and in serving, by the planner's own predictions.

Training pays what a long prefill pays: both are wide products that keep the arithmetic units
busy, and a backward pass is two more products of the same kind. Serving pays for whole requests,
prefill and decode, so its FLOP is dearer by as much as decoding leaves the card waiting.
"""

from dataclasses import dataclass, replace

from lesson_core.errors import LabError
from lesson_core.theory import costs, efficiency, serving
from lesson_core.theory.scaling import SERVE_FLOP
from lesson_core.theory.serving import Wish

PASS = 2048  # tokens of the prefill that stands for a training pass


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Dollars per FLOP; a served FLOP counts tokens of the answers only."""

    train: float
    serve: float

    @property
    def ratio(self) -> float:
        """How many times as dear a served FLOP is."""
        return self.serve / self.train


def prices(wish: Wish) -> Prices:
    """The prices for the model and the cards of `wish`, which must name a price per hour.

    Raises LabError("planner_price") without one.
    """
    cost = serving.speed(wish).cost
    if cost is None:
        raise LabError("planner_price", value=wish.price, limit=f"{serving.MOST_DOLLARS:,}")
    made = serving.deployment(replace(wish, weights="bf16"))
    n = costs.total_parameters(made.model.config)
    seconds = efficiency.prefill(made, PASS).seconds
    dollars_per_s = wish.price * wish.cards / 3600
    return Prices(
        train=dollars_per_s * seconds / (SERVE_FLOP * n * PASS),
        serve=cost.seconds / 1e6 / (SERVE_FLOP * n),
    )
