"""Che's approximation and its neighbours against long simulations; wrong formulas are caught."""

import math
import random
from collections.abc import Callable

import numpy as np
import pytest

from lesson_core.serve.eviction import cache
from lesson_core.theory import caching
from lesson_core.theory.caching import EVICTIONS, Array, Eviction

ITEMS, REQUESTS = 200, 40_000


def simulated(
    chances: list[float], capacity: int, policy: Eviction, ttl: float = math.inf
) -> tuple[float, Array]:
    """Hit rate of the second half of a long log, and per item."""
    draw = random.Random(11)
    held = cache(policy, capacity, ttl)
    hits, asked = np.zeros(len(chances)), np.zeros(len(chances))
    log = draw.choices(range(len(chances)), chances, k=REQUESTS)
    for now, item in enumerate(log):
        found = held.get(str(item), now)
        if found is None:
            held.put(str(item), 1, now)
        if now >= REQUESTS // 2:
            asked[item] += 1
            hits[item] += found is not None
    return float(hits.sum() / asked.sum()), hits / np.maximum(asked, 1)


@pytest.mark.parametrize("skew", [0.0, 0.7, 1.0, 1.5])
@pytest.mark.parametrize("capacity", [5, 20, 80])
def test_lru_is_within_two_points_of_a_long_simulation(skew: float, capacity: int) -> None:
    chances = caching.zipf(ITEMS, skew)
    expected = caching.expect(chances, capacity, "lru").hit_rate
    assert expected == pytest.approx(simulated(chances, capacity, "lru")[0], abs=0.02)


def test_item_by_item_too() -> None:
    chances = caching.zipf(ITEMS, 1.0)
    expected = caching.expect(chances, 30, "lru").hits
    found = simulated(chances, 30, "lru")[1]
    assert np.abs(expected - found)[:20].mean() < 0.03  # the popular ones: enough requests


@pytest.mark.parametrize(("capacity", "ttl"), [(30, math.inf), (200, 50), (30, 25), (200, 1000)])
def test_ttl_and_the_order_of_writing(capacity: int, ttl: float) -> None:
    chances = caching.zipf(ITEMS, 1.0)
    expected = caching.expect(chances, capacity, "ttl", ttl).hit_rate
    assert expected == pytest.approx(simulated(chances, capacity, "ttl", ttl)[0], abs=0.02)


@pytest.mark.parametrize("capacity", [20, 80])
def test_lfu_comes_close_to_the_most_popular_and_never_passes_them(capacity: int) -> None:
    chances = caching.zipf(ITEMS, 1.0)
    expected = caching.expect(chances, capacity, "lfu").hit_rate
    found = simulated(chances, capacity, "lfu")[0]
    assert expected - 0.04 < found < expected + 0.005


def linear(p: Array, stay: float) -> Array:
    """Forgets that an item asked for twice is inside once."""
    return np.minimum(p * stay, 1)


def squared(p: Array, stay: float) -> Array:
    """Takes the rate of hits for the chance of being inside."""
    return -np.expm1(-p * p * stay * len(p))


@pytest.mark.parametrize("wrong", [linear, squared, caching._written])
def test_a_wrong_law_is_caught(wrong: Callable[[Array, float], Array]) -> None:
    chances = np.array(caching.zipf(ITEMS, 1.0))
    misses = []
    for capacity in (5, 20, 80):
        hits = wrong(chances, caching.stay_for(chances, capacity, wrong))
        measured = simulated(list(chances), capacity, "lru")[0]
        misses.append(abs(float(chances @ hits) - measured))
    assert max(misses) > 0.02


def test_a_cold_start_costs_hits_and_is_foreseen() -> None:
    chances = caching.zipf(ITEMS, 1.0)
    law = caching.expect(chances, 40, "lru")
    rates = []
    for seed in range(60):
        held = cache("lru", 40, math.inf)
        hits = 0
        for now, item in enumerate(random.Random(seed).choices(range(ITEMS), chances, k=100)):
            if held.get(str(item), now) is None:
                held.put(str(item), 1, now)
            else:
                hits += 1
        rates.append(hits / 100)
    assert law.from_empty(100)[0] == 0
    assert law.from_empty(100).mean() < law.hit_rate - 0.05
    assert law.from_empty(100).mean() == pytest.approx(sum(rates) / len(rates), abs=0.02)
    assert law.from_empty(20_000).mean() == pytest.approx(law.hit_rate, abs=0.005)


@pytest.mark.parametrize("policy", EVICTIONS)
def test_room_for_everything_hits_everything(policy: Eviction) -> None:
    chances = caching.zipf(12, 1.0)
    assert caching.expect(chances, 12, policy).hit_rate == pytest.approx(1)
    assert caching.expect(chances, 500, policy).hit_rate == pytest.approx(1)


@pytest.mark.parametrize("policy", EVICTIONS)
def test_more_room_never_hurts(policy: Eviction) -> None:
    chances = caching.zipf(50, 0.8)
    rates = [caching.expect(chances, room, policy).hit_rate for room in range(1, 51)]
    assert rates == sorted(rates)


def test_zipf_by_hand() -> None:
    assert caching.zipf(3, 1) == pytest.approx([6 / 11, 3 / 11, 2 / 11])
    assert caching.zipf(4, 0) == [0.25] * 4


def test_an_item_nobody_asks_for_needs_no_room() -> None:
    law = caching.expect([0.5, 0.5, 0.0], 2, "lru")
    assert law.hit_rate == 1
    assert list(law.hits) == [1, 1, 0]


def test_latency_and_right_answers_by_hand() -> None:
    assert caching.mean_latency(0.75, hit_s=0.0, miss_s=2.0, look_s=0.1) == pytest.approx(0.6)
    assert caching.right_answers(0.5, precision=0.9) == pytest.approx(0.95)
