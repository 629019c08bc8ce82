"""What a FLOP costs, from the planner's predictions."""

from dataclasses import replace

import pytest

from lesson_core.errors import LabError
from lesson_core.theory import flop_prices, lifetime, scaling, serving
from lesson_core.theory.serving import Wish

WISH = Wish(model="Llama-3.1-8B", device="H100 SXM", batch=32, price=3.0)


def test_a_served_flop_is_the_planners_price_of_a_token() -> None:
    found = flop_prices.prices(WISH)
    cost = serving.speed(WISH).cost
    assert cost is not None
    assert found.serve * 2 * 8.03e9 * 1e6 == pytest.approx(cost.seconds, rel=0.01)


def test_training_pays_for_some_of_the_peak() -> None:
    """An hour of an H100 at its dense peak is 989e12 · 3600 FLOP; a real one does less."""
    ideal = 3.0 / (989e12 * 3600)
    assert 1.2 < flop_prices.prices(WISH).train / ideal < 4


def test_decoding_alone_is_dearer_than_in_company() -> None:
    ratios = [flop_prices.prices(replace(WISH, batch=n)).ratio for n in (1, 8, 64)]
    assert ratios == sorted(ratios, reverse=True) and ratios[-1] > 1


def test_without_a_price_there_is_none() -> None:
    with pytest.raises(LabError, match="planner_price"):
        flop_prices.prices(replace(WISH, price=0.0))


def test_dear_serving_makes_the_model_smaller() -> None:
    loss = scaling.CHINCHILLA_AGAIN(70e9, 1.4e12)
    found = flop_prices.prices(WISH)
    prices = (found.train, found.serve)
    sizes = [
        lifetime.cheapest(scaling.CHINCHILLA_AGAIN, loss, served, prices).n
        for served in (0.0, 1e11, 1e13)
    ]
    assert sizes == sorted(sizes, reverse=True) and sizes[-1] < 0.8 * sizes[0]
