"""The formulas against the paper, against counting, and against a simulated run."""

import random

import pytest

from lesson_core.errors import LabError
from lesson_core.theory import speculative as theory


@pytest.mark.parametrize("alpha", [0.0, 0.3, 0.8, 0.99, 1.0])
@pytest.mark.parametrize("gamma", [0, 1, 4, 9])
def test_expected_tokens_are_the_sum_of_powers(alpha: float, gamma: int) -> None:
    counted = sum(alpha**i for i in range(gamma + 1))
    assert theory.expected_tokens(alpha, gamma) == pytest.approx(counted)


def test_the_usual_example() -> None:
    """α 0.8, γ 4: 3.36 tokens are produced, of which 2.36 were accepted; c 0.05 gives 2.80 ×."""
    assert theory.expected_tokens(0.8, 4) == pytest.approx(3.3616)
    assert theory.speed_up(0.8, 4, 0.05) == pytest.approx(2.80, abs=0.005)
    assert theory.speed_up(0.6, 4, 0.1) == pytest.approx(1.65, abs=0.005)


def test_tokens_and_alpha_of_a_simulated_run() -> None:
    draw, alpha, gamma = random.Random(7), 0.7, 5
    rounds = []
    for _ in range(20_000):
        accepted = next((i for i in range(gamma) if draw.random() >= alpha), gamma)
        rounds.append((gamma, accepted))
    produced = sum(accepted + 1 for _, accepted in rounds) / len(rounds)
    assert produced == pytest.approx(theory.expected_tokens(alpha, gamma), rel=0.02)
    assert theory.acceptance_rate(rounds) == pytest.approx(alpha, abs=0.01)
    over_proposed = sum(accepted for _, accepted in rounds) / (gamma * len(rounds))
    assert over_proposed < alpha - 0.1  # counting tokens that were never tried is not α


def test_a_costly_check_shortens_the_best_draft() -> None:
    gammas = range(1, 17)
    free = theory.best_gamma(0.8, 0.05, gammas)
    dear = theory.best_gamma(0.8, 0.05, gammas, lambda gamma: 1 + 0.25 * gamma)
    assert 1 <= dear < free
    assert theory.best_gamma(0.2, 0.9, gammas) == 0
    every = [theory.speed_up(0.8, gamma, 0.05) for gamma in gammas]
    assert max(every) == theory.speed_up(0.8, free, 0.05)


def test_rounds_without_a_draft_dilute_the_gain() -> None:
    whole = theory.answer_speed_up(0.8, 4, 0.05, 1.2, drafted=1.0)
    assert whole == pytest.approx(theory.speed_up(0.8, 4, 0.05, 1.2))
    assert theory.answer_speed_up(0.8, 4, 0.05, 1.2, drafted=0.0) == 1
    assert 1 < theory.answer_speed_up(0.8, 4, 0.05, 1.2, drafted=0.3) < whole


def test_break_even_is_where_the_gain_is_one() -> None:
    alpha = theory.break_even_alpha(4, 0.2, 1.5)
    assert alpha is not None
    assert theory.speed_up(alpha, 4, 0.2, 1.5) == pytest.approx(1)
    assert theory.break_even_alpha(4, 1.2) is None


def test_overlap_is_one_less_the_distance_of_the_laws() -> None:
    p, q = [0.5, 0.3, 0.2], [0.2, 0.3, 0.5]
    distance = sum(abs(a - b) for a, b in zip(p, q, strict=True)) / 2
    assert theory.overlap(p, q) == pytest.approx(1 - distance)


def test_nothing_tried_is_no_rate() -> None:
    assert theory.acceptance_rate([(0, 0), (0, 0)]) is None


@pytest.mark.parametrize(("alpha", "gamma"), [(1.1, 2), (-0.1, 2), (0.5, -1), (0.5, 65)])
def test_what_is_no_probability_or_draft_is_refused(alpha: float, gamma: int) -> None:
    with pytest.raises(LabError, match="out_of_range"):
        theory.expected_tokens(alpha, gamma)
