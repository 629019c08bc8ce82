"""Every policy against its plain twin, step by step; wrong policies are caught."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lesson_core.serve.eviction import Entry, Lfu, Lru, Plain, Ttl, cache, plain
from lesson_core.theory.caching import EVICTIONS, Eviction

LOGS = st.lists(st.sampled_from("abcdefgh"), max_size=60)


def trace(held: object, log: list[str]) -> list[object]:
    """What happens at each request: a hit, or who had to leave; and what is inside then."""
    found: list[object] = []
    for now, key in enumerate(log):
        hit = held.get(key, now)
        found.append(hit if hit is not None else held.put(key, key.upper(), now))
        found.append(held.values(now))
    return found


@settings(max_examples=300, deadline=None)
@given(LOGS, st.sampled_from(EVICTIONS), st.integers(1, 6), st.sampled_from([1, 3, 10, 1000]))
def test_the_fast_one_does_what_the_plain_one_does(
    log: list[str], policy: Eviction, capacity: int, ttl: int
) -> None:
    assert trace(cache(policy, capacity, ttl), log) == trace(plain(policy, capacity, ttl), log)


@settings(max_examples=100, deadline=None)
@given(LOGS, st.sampled_from(EVICTIONS), st.integers(1, 6))
def test_never_more_than_there_is_room_for(log: list[str], policy: Eviction, capacity: int) -> None:
    held = cache(policy, capacity, 10)
    for now, key in enumerate(log):
        if held.get(key, now) is None:
            held.put(key, key, now)
        assert len(held.values(now)) <= capacity


def test_by_hand() -> None:
    log = list("aaabbc")
    assert trace(Lru(2), [*log, "d"])[-1] == {"c": "C", "d": "D"}
    assert trace(Lfu(2), [*log, "d"])[-1] == {"a": "A", "d": "D"}
    assert trace(Ttl(2, 100), [*log, "d"])[-1] == {"c": "C", "d": "D"}
    assert trace(Ttl(8, 3), log)[-1] == {"b": "B", "c": "C"}


WRONG: dict[Eviction, Callable[[Entry[str]], tuple[float, ...]]] = {
    "lru": lambda entry: (entry.written,),  # first in, first out
    "lfu": lambda entry: (entry.count, -entry.used),  # of equals the newest leaves
    "ttl": lambda entry: (-entry.written,),  # the newest leaves
}


@pytest.mark.parametrize("policy", EVICTIONS)
def test_a_wrong_policy_is_caught(policy: Eviction) -> None:
    log = list("abcabdaeacfbghaabbccdd")
    wrong = Plain(3, WRONG[policy], 1000)
    assert trace(wrong, log) != trace(cache(policy, 3, 1000), log)


def test_use_does_not_lengthen_a_time_to_live() -> None:
    held = Ttl(4, ttl=3)
    held.put("a", "A", 0)
    assert held.get("a", 2) == "A"
    assert held.get("a", 3) is None
