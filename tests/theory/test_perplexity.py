"""The two means of batches, and the formula for what lies between them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesson_core.theory.perplexity import (
    EXAMPLE,
    Batch,
    bits_per_byte,
    gap,
    mean_of_means,
    per_token,
    perplexity,
)

BATCH = st.builds(
    lambda tokens, loss: Batch(tokens=tokens, loss=loss), st.integers(1, 5000), st.floats(0, 12)
)


def test_the_example_every_interviewer_likes() -> None:
    assert perplexity(per_token(EXAMPLE)) == pytest.approx(8.86, abs=0.005)
    assert perplexity(mean_of_means(EXAMPLE)) == pytest.approx(20.09, abs=0.005)


@given(st.lists(BATCH, min_size=1, max_size=20))
def test_the_gap_is_the_covariance(batches: list[Batch]) -> None:
    found = mean_of_means(batches) - per_token(batches)
    assert gap(batches) == pytest.approx(found, abs=1e-9)


@given(st.lists(BATCH, min_size=1, max_size=9), st.integers(1, 9))
def test_equal_sizes_have_no_gap_and_the_order_does_not_count(batches, tokens) -> None:
    alike = [Batch(tokens=tokens, loss=b.loss) for b in batches]
    assert mean_of_means(alike) == pytest.approx(per_token(alike))
    assert per_token(batches[::-1]) == pytest.approx(per_token(batches))


def test_cutting_a_batch_in_two_changes_only_the_wrong_mean() -> None:
    whole = [Batch(tokens=100, loss=2.0), Batch(tokens=10, loss=4.0)]
    cut = [*whole[:1], Batch(tokens=5, loss=4.0), Batch(tokens=5, loss=4.0)]
    assert per_token(cut) == pytest.approx(per_token(whole))
    assert mean_of_means(cut) > mean_of_means(whole) + 0.3


def test_bits_per_byte_and_the_end_of_floats() -> None:
    assert bits_per_byte(math.log(2), tokens=3, size=6) == pytest.approx(0.5)
    assert perplexity(1e6) == math.inf
