"""One line, several servers."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesson_core.theory import queueing

TIMES = st.lists(
    st.tuples(st.floats(0, 5), st.floats(0.01, 3)), min_size=1, max_size=40
)  # gap before, service


def test_by_hand() -> None:
    arrivals, service = [0.0, 1.0, 1.5, 2.0], [4.0, 1.0, 1.0, 1.0]
    assert queueing.starts(arrivals, service, 1) == [0.0, 4.0, 5.0, 6.0]
    assert queueing.waits(arrivals, service, 2) == [0.0, 0.0, 0.5, 1.0]
    assert queueing.waits(arrivals, service, 4) == [0.0] * 4


@given(TIMES, st.integers(1, 5))
def test_nobody_idles_while_someone_waits(times: list[tuple[float, float]], servers: int) -> None:
    arrivals = [sum(gap for gap, _ in times[: at + 1]) for at in range(len(times))]
    service = [took for _, took in times]
    begun = queueing.starts(arrivals, service, servers)
    ends = [start + took for start, took in zip(begun, service, strict=True)]
    assert begun == sorted(begun)
    for at, start in enumerate(begun):
        assert start >= arrivals[at]
        before = sum(end > start for end in ends[:at])  # still served when this one starts
        assert before < servers
        if start > arrivals[at]:  # it waited: until the very moment when one became free
            assert start in ends[:at]


def test_with_one_server_it_is_the_formula_of_pollaczek_and_khinchine() -> None:
    """M/D/1 at 80 % load waits ρ/(2(1 − ρ)) = 2 service times on average."""
    draw, now, arrivals = random.Random(1), 0.0, []
    for _ in range(200_000):
        now += draw.expovariate(0.8)
        arrivals.append(now)
    waits = queueing.waits(arrivals, [1.0] * len(arrivals), 1)
    assert sum(waits) / len(waits) == pytest.approx(2.0, rel=0.05)
