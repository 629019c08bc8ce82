"""Right tokens in a row against counting by hand."""

import numpy as np
import pytest

from lesson_core.theory import in_a_row

HITS = [np.array([1, 1, 0, 1, 1, 1], bool), np.array([1], bool), np.array([], bool)]


@pytest.mark.parametrize(
    ("k", "wanted"), [(1, (6, 7)), (2, (3, 5)), (3, (1, 4)), (4, (0, 3)), (7, (0, 0))]
)
def test_stretches(k: int, wanted: tuple[int, int]) -> None:
    assert in_a_row.in_a_row(HITS, k) == wanted


def test_independent_tokens_follow_the_power() -> None:
    draws = np.random.default_rng(1)
    hits = [draws.random(50) < 0.7 for _ in range(2000)]
    for k in (1, 3, 6):
        right, tried = in_a_row.in_a_row(hits, k)
        assert right / tried == pytest.approx(in_a_row.chain(0.7, k), abs=0.01)


def test_what_is_smooth_for_one_looks_sudden_for_many() -> None:
    shares = [0.2, 0.3, 0.4, 0.5]
    ten = [in_a_row.chain(share, 10) for share in shares]
    assert shares[-1] / shares[0] == 2.5 and ten[-1] / ten[0] > 5000
