"""Caches before they run: what share of requests a cache of a given size will answer.

Requests are drawn independently, item i with probability pᵢ (one request is the unit of time).
Che's approximation: an item leaves an LRU cache once `t` requests came by without it, the same t
for all items. It is then inside with probability hᵢ = 1 − exp(−pᵢ·t), and t is the one at which
the expected number of items inside fills the room: Σ hᵢ = C.
Source: Che, Tung & Wang 2002, IEEE JSAC 20(7); for FIFO and TTL: Fricker, Robert & Roberts 2012.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Eviction = Literal["lru", "lfu", "ttl"]
EVICTIONS: tuple[Eviction, ...] = ("lru", "lfu", "ttl")


def zipf(items: int, skew: float) -> list[float]:
    """Probabilities ∝ 1/rank^skew, most popular first; skew 0 makes all items alike."""
    weights = [rank**-skew for rank in range(1, items + 1)]
    total = math.fsum(weights)
    return [weight / total for weight in weights]


@dataclass(frozen=True)
class Law:
    """What a policy is expected to do. `hits[i]`: the probability that item i is inside."""

    chances: Array  # pᵢ
    hits: Array  # hᵢ
    stay: float  # requests that an item stays (after its last use, or after it was written)

    @property
    def hit_rate(self) -> float:
        """Σ pᵢ·hᵢ, once the cache is full and the log long."""
        return float(self.chances @ self.hits)

    def from_empty(self, requests: int) -> Array:
        """The chance of a hit at request 0, 1, …, when nothing is inside at the start.

        Before request n an item can only be inside if one of the n before asked for it.
        """
        never = np.log1p(-np.minimum(self.chances, 1 - 1e-12))  # log of not being asked for once
        asked = -np.expm1(np.outer(np.arange(requests), never))  # [requests, items]
        found: Array = np.minimum(asked, self.hits) @ self.chances
        return found


def expect(chances: Sequence[float], capacity: int, policy: Eviction, ttl: float = math.inf) -> Law:
    """The law of a policy with room for `capacity` items; `ttl` counts requests."""
    p = np.asarray(chances, dtype=np.float64)
    if policy == "lfu":
        return _most_popular(p, capacity)
    if policy == "ttl":
        stay = min(ttl, stay_for(p, capacity, _written))
        return Law(p, _written(p, stay), stay)
    stay = stay_for(p, capacity, _used)
    return Law(p, _used(p, stay), stay)


def _used(p: Array, stay: float) -> Array:
    """LRU: inside if one of the last `stay` requests asked for it."""
    if not math.isfinite(stay):
        return (p > 0).astype(np.float64)
    return -np.expm1(-p * stay)


def _written(p: Array, stay: float) -> Array:
    """Written at a miss, gone `stay` requests later whatever happens: p·stay hits per miss."""
    if not math.isfinite(stay):
        return (p > 0).astype(np.float64)
    return p * stay / (1 + p * stay)


def stay_for(p: Array, capacity: int, inside: Callable[[Array, float], Array]) -> float:
    """The t at which Σ inside(p, t) = capacity, by halving; infinite if everything fits."""
    if capacity >= np.count_nonzero(p):
        return math.inf
    low, high = 0.0, 1.0
    while inside(p, high).sum() < capacity:
        low, high = high, 2 * high
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if inside(p, middle).sum() < capacity else (low, middle)
    return high


def _most_popular(p: Array, capacity: int) -> Law:
    """LFU in the long run: the most popular items, for good. No policy can do better here."""
    hits = np.zeros_like(p)
    hits[np.argsort(-p, kind="stable")[:capacity]] = 1.0
    return Law(p, hits * (p > 0), math.inf)


def mean_latency(hit: float, hit_s: float, miss_s: float, look_s: float = 0.0) -> float:
    """Seconds per request: every request looks, a hit is handed over, a miss is computed."""
    return look_s + hit * hit_s + (1 - hit) * miss_s


def right_answers(hit: float, precision: float, model: float = 1.0) -> float:
    """The share of right answers: hits are as right as the cache, misses as the model."""
    return hit * precision + (1 - hit) * model
