"""The test against values of printed tables, and that it tells a wrong law from a right one."""

import random

import pytest

from lesson_core.errors import LabError
from lesson_core.theory import chi_square


@pytest.mark.parametrize(
    ("statistic", "freedom", "p"),
    [(3.841, 1, 0.05), (5.991, 2, 0.05), (18.307, 10, 0.05), (43.773, 30, 0.05),
     (10.828, 1, 0.001), (59.703, 30, 0.001), (140.169, 100, 0.005), (4.865, 10, 0.90),
     (70.065, 100, 0.99)],
)  # fmt: skip
def test_the_tail_is_that_of_the_printed_tables(statistic: float, freedom: int, p: float) -> None:
    assert chi_square.tail(statistic, freedom) == pytest.approx(p, rel=1e-3)


def test_a_textbook_die() -> None:
    found = chi_square.fit([22, 17, 20, 26, 22, 13], [1 / 6] * 6)
    assert found.statistic == pytest.approx(5.1)
    assert found.p_value == pytest.approx(0.4038, abs=1e-3)
    assert (found.cells, found.draws) == (6, 120)


def test_thin_cells_are_poured_together() -> None:
    cells = chi_square.pour([50, 6, 3, 3, 2, 1], [49, 7, 2, 4, 2, 1])
    assert cells == [(50, 49), (6, 7), (9, 9)]
    assert sum(seen for _, seen in cells) == 65


def test_what_cannot_happen_did_not() -> None:
    assert chi_square.fit([50, 50, 0], [0.5, 0.5, 0.0]).p_value == 1.0
    assert chi_square.fit([50, 49, 1], [0.5, 0.5, 0.0]).p_value == 0.0


def test_too_few_draws_say_nothing() -> None:
    with pytest.raises(LabError, match="too_few_samples"):
        chi_square.fit([3, 3], [0.5, 0.5])


def test_p_values_of_a_true_law_are_uniform_and_of_a_false_one_are_not() -> None:
    law, false = [0.4, 0.3, 0.2, 0.1], [0.3, 0.4, 0.2, 0.1]
    draw = random.Random(4)
    low_true = low_false = 0
    for _ in range(400):
        seen = [0, 0, 0, 0]
        for cell in draw.choices(range(4), law, k=300):
            seen[cell] += 1
        low_true += chi_square.fit(seen, law).p_value < 0.1
        low_false += chi_square.fit(seen, false).p_value < 0.1
    assert 20 <= low_true <= 60  # a tenth of 400, give or take
    assert low_false > 350
