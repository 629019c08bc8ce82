"""Distinct experts, against all outcomes counted one by one; and what a step reads of them."""

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesson_core.theory import expert_reading
from lesson_core.theory.experts import distinct, distinct_uneven, tokens_to_compute
from lesson_core.theory.model_table import architecture

shares = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=32)


@pytest.mark.parametrize(("count", "per_token", "tokens"), [(4, 2, 3), (5, 1, 3), (6, 2, 2)])
def test_every_outcome_counted(count: int, per_token: int, tokens: int) -> None:
    choices = list(combinations(range(count), per_token))
    seen = [len(set().union(*told)) for told in product(choices, repeat=tokens)]
    assert distinct(count, per_token, tokens) == pytest.approx(sum(seen) / len(seen))


def test_four_tokens_of_mixtral() -> None:
    assert distinct(8, 2, 4) == pytest.approx(5.47, abs=0.005)
    assert distinct(8, 2, 1) == 2
    assert distinct(256, 8, 10_000) == pytest.approx(256)


@given(shares, st.integers(1, 300))
def test_favourites_never_make_it_more(told: list[float], tokens: int) -> None:
    even = distinct(len(told), sum(told), tokens)
    assert distinct_uneven(told, tokens) <= even + 1e-9
    same = [sum(told) / len(told)] * len(told)
    assert distinct_uneven(same, tokens) == pytest.approx(even, abs=1e-9)


def test_an_expert_gets_its_share_of_the_tokens() -> None:
    assert tokens_to_compute(256, 8, 295.0) == pytest.approx(9440)
    assert tokens_to_compute(1, 1, 295.0) == 295.0  # a dense layer


@pytest.mark.parametrize("name", expert_reading.WRITTEN)
def test_a_step_reads_between_the_active_and_all(name: str) -> None:
    shape = expert_reading.routing(name)
    one, many = expert_reading.per_step(name, 1), expert_reading.per_step(name, 100_000)
    assert expert_reading.with_visited(name, shape.per_token) == one
    assert many == pytest.approx(expert_reading.whole(name))
    some = distinct(shape.count, shape.per_token, 8)
    assert expert_reading.with_visited(name, some) == pytest.approx(
        expert_reading.per_step(name, 8)
    )
    assert expert_reading.alike(shape.count, shape.per_token).name == name


def test_mixtral_in_bytes_is_its_parameters_twice() -> None:
    model = architecture("Mixtral-8x7B")
    assert expert_reading.per_step("Mixtral-8x7B", 1) == 2 * model.read_per_step
    assert expert_reading.whole("Mixtral-8x7B") == pytest.approx(2 * (model.total - model.table))


def test_an_unknown_routing_is_shown_as_the_default() -> None:
    assert expert_reading.alike(17, 3).name == expert_reading.DEFAULT
    with pytest.raises(KeyError, match="no experts"):
        expert_reading.routing("Llama-3.1-8B")
