"""Scaling laws: the fit and its band on made-up ladders, the published lines against their papers.

Figures: research notes C15 and F 13; Sardana et al. 2024, figure 1.
"""

import itertools
import math

import numpy as np
import pytest

from lesson_core.errors import LabError
from lesson_core.theory import lifetime, scaling, student

SIZES = [1e5, 2.2e5, 5e5, 1.1e6, 2.4e6, 5.5e6, 1.2e7]


def made_up(exponent: float, noise: float, seed: int) -> list[float]:
    draws = np.random.default_rng(seed)
    return [12 * n**-exponent * math.exp(draws.normal(0, noise)) for n in SIZES]


def test_a_law_without_noise_is_found() -> None:
    law = scaling.fit(SIZES, made_up(0.07, 0.0, 1))
    assert law.exponent == pytest.approx(0.07)
    assert law.constant == pytest.approx(12)
    assert law.r2 == pytest.approx(1)
    assert law(3e6) == pytest.approx(12 * 3e6**-0.07)
    low, high = law.band(3e6)
    assert low == pytest.approx(high)


def test_r2_is_that_of_numpy() -> None:
    losses = made_up(0.07, 0.05, 3)
    law = scaling.fit(SIZES, losses)
    assert 0.3 < law.r2 < 0.999
    assert law.r2 == pytest.approx(np.corrcoef(np.log(SIZES), np.log(losses))[0, 1] ** 2)


@pytest.mark.parametrize("n", [1e5, 1e6, 1e9])
def test_the_band_holds_the_truth_as_often_as_it_says(n: float) -> None:
    """400 made-up ladders; inside the sizes and far beyond them."""
    truth = 12 * n**-0.07
    laws = [scaling.fit(SIZES, made_up(0.07, 0.03, seed)) for seed in range(400)]
    for level in (0.5, 0.95):
        inside = sum(law.band(n, level)[0] <= truth <= law.band(n, level)[1] for law in laws)
        assert abs(inside / 400 - level) < 4 * math.sqrt(level * (1 - level) / 400)
    exponents = [law.exponent_band() for law in laws]
    assert 0.9 < sum(low <= 0.07 <= high for low, high in exponents) / 400 < 0.99


def test_the_band_is_narrowest_in_the_middle() -> None:
    law = scaling.fit(SIZES, made_up(0.07, 0.03, 2))

    def width(n: float) -> float:
        low, high = law.band(n)
        return high / low

    assert width(math.exp(law.centre)) < width(SIZES[-1]) < width(1e9)


def test_two_points_have_no_error() -> None:
    with pytest.raises(LabError, match="too_few_samples"):
        scaling.fit(SIZES[:2], [4, 3])


def test_falling() -> None:
    assert scaling.falls([3, 1, 2], [1.0, 3.0, 2.0])
    assert not scaling.falls([3, 1, 2], [2.0, 3.0, 2.0])
    assert not scaling.falls([3, 1, 2], [2.5, 3.0, 2.0])


def test_kaplans_lines() -> None:
    """Doubling the parameters leaves 94.9 % of the loss (F 13)."""
    assert scaling.kaplan_params(2e9) / scaling.kaplan_params(1e9) == pytest.approx(0.949, abs=5e-4)
    assert scaling.kaplan_params(8.8e13) == 1
    assert scaling.kaplan_data(5.4e13) == 1
    assert scaling.kaplan_compute(3.1e8) == 1
    assert scaling.kaplan_params(1.5e9) == pytest.approx(2.30, abs=0.01)  # GPT-2's largest


def test_the_optimum_is_one() -> None:
    """No other split of the same compute does better, on any of the surfaces."""
    for surface in (scaling.CHINCHILLA, scaling.CHINCHILLA_AGAIN, scaling.CHINCHILLA_SARDANA):
        for flop in (1e18, 5.76e23):
            n, tokens = surface.optimum(flop)
            assert 6 * n * tokens == pytest.approx(flop)
            best = surface(n, tokens)
            assert all(surface(n * f, tokens / f) > best for f in (0.5, 0.97, 1.03, 2))


def test_chinchillas_own_compute_asks_for_chinchilla() -> None:
    """5.76e23 FLOP: 70 B parameters and 1.4 T tokens by the paper's first two ways and by the
    refit of the third; the numbers as printed give half the size, which is the refit's point."""
    n, tokens = scaling.CHINCHILLA_AGAIN.optimum(5.76e23)
    assert n == pytest.approx(70e9, rel=0.05)
    assert tokens == pytest.approx(1.4e12, rel=0.06)
    assert tokens / n == pytest.approx(scaling.TOKENS_PER_PARAM, rel=0.1)
    assert scaling.CHINCHILLA.optimum(5.76e23)[0] < 40e9


def test_parameters_and_data_grow_alike_with_the_refit() -> None:
    (n, tokens), (more, more_tokens) = map(scaling.CHINCHILLA_AGAIN.optimum, (1e21, 1e23))
    assert math.log(more / n) / math.log(100) == pytest.approx(0.5, abs=0.02)
    assert math.log(more_tokens / tokens) / math.log(100) == pytest.approx(0.5, abs=0.02)


def test_the_tokens_that_make_a_size_the_best_one() -> None:
    surface = scaling.CHINCHILLA_AGAIN
    for size in (1e8, 7e10):
        tokens = surface.tokens_at_best(size)
        assert surface.optimum(6 * size * tokens)[0] == pytest.approx(size)


def test_tokens_for_a_loss() -> None:
    surface = scaling.CHINCHILLA
    assert surface.tokens_for(7e9, surface(7e9, 2e12)) == pytest.approx(2e12)
    assert surface.tokens_for(1e6, 2.0) == math.inf


def as_good_as_13b() -> float:
    """The loss of a 13 B model trained for the least compute, on Sardana's surface."""
    surface = scaling.CHINCHILLA_SARDANA
    flop = next(c for c in np.geomspace(1e20, 1e24, 4000) if surface.optimum(c)[0] >= 13e9)
    return surface(*surface.optimum(float(flop)))


def test_a_smaller_model_for_two_trillion_served_tokens() -> None:
    """Published: 7 B in place of 13 B saves 1.7e22 FLOP, 17 %."""
    surface, loss = scaling.CHINCHILLA_SARDANA, as_good_as_13b()
    large = lifetime.lifetime(surface, 13e9, loss, 2e12)
    small = lifetime.lifetime(surface, 7e9, loss, 2e12)
    assert large.cost - small.cost == pytest.approx(1.7e22, rel=0.02)
    assert 1 - small.cost / large.cost == pytest.approx(0.17, abs=0.006)
    best = lifetime.cheapest(surface, loss, 2e12)
    assert best.n == pytest.approx(7e9, rel=0.05)
    assert best.cost <= small.cost


def test_nothing_served_is_the_compute_optimum() -> None:
    surface, loss = scaling.CHINCHILLA_SARDANA, as_good_as_13b()
    best = lifetime.cheapest(surface, loss, served=0)
    assert best.n == pytest.approx(13e9, rel=0.01)
    assert best.serve_cost == 0


def test_the_more_is_served_the_smaller_and_longer() -> None:
    surface = scaling.CHINCHILLA_AGAIN
    choices = [lifetime.cheapest(surface, 2.1, served) for served in (0, 1e11, 1e12, 1e13)]
    assert all(b.n < a.n and b.tokens > a.tokens for a, b in itertools.pairwise(choices))
    dear = lifetime.cheapest(surface, 2.1, 1e12, prices=(1.0, 10.0))  # ten times the tokens
    assert dear.n == pytest.approx(choices[3].n, rel=1e-3)


def test_the_floor_is_out_of_reach() -> None:
    with pytest.raises(LabError, match="loss_out_of_reach"):
        lifetime.cheapest(scaling.CHINCHILLA, 1.69, 1e12)


@pytest.mark.parametrize(
    ("share", "freedom", "value"),
    [(0.975, 1, 12.706), (0.975, 4, 2.776), (0.975, 5, 2.571), (0.95, 10, 1.812), (0.5, 3, 0.0)],
)
def test_students_t_as_in_the_tables(share: float, freedom: int, value: float) -> None:
    assert student.quantile(share, freedom) == pytest.approx(value, abs=1e-3)
