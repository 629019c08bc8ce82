"""Who has to leave a full cache: the plain rule, and beside it the structures that are fast.

A cache has room for `capacity` entries. Time is a number that grows: the index of the request.
- LRU: the one that was used longest ago leaves.
- LFU: the one that was used least often, of equals the one used longest ago. Counts outlive an
  entry, or a newcomer would never get past the old ones.
- TTL: an entry ends `ttl` after it was written, used or not; when full, the oldest leaves.

`Plain` looks at every entry; `Lru`, `Lfu` and `Ttl` never do. A test proves them equal.
"""

import heapq
import math
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from lesson_core.theory.caching import Eviction

V = TypeVar("V")


class Kept(Protocol[V]):
    """A bounded store."""

    def get(self, key: str, now: float) -> V | None:
        """The value, if it is here and still good; being asked for counts as a use."""

    def put(self, key: str, value: V, now: float) -> list[str]:
        """Keep a value that was not here; returns the keys that had to leave for it."""

    def values(self, now: float) -> dict[str, V]:
        """What is inside and still good, by key."""


@dataclass
class Entry(Generic[V]):
    """A value and what the rules look at."""

    value: V
    written: float
    used: float
    count: int


class Plain(Generic[V]):
    """The rule as it is said: when full, look at all and let the one go that ranks lowest."""

    def __init__(
        self, capacity: int, rank: Callable[[Entry[V]], tuple[float, ...]], ttl: float = math.inf
    ) -> None:
        self.capacity = capacity
        self.rank = rank
        self.ttl = ttl
        self.entries: dict[str, Entry[V]] = {}
        self.counts: Counter[str] = Counter()

    def get(self, key: str, now: float) -> V | None:
        self.entries = {k: e for k, e in self.entries.items() if now - e.written < self.ttl}
        entry = self.entries.get(key)
        if entry is None:
            return None
        self.counts[key] += 1
        entry.used, entry.count = now, self.counts[key]
        return entry.value

    def put(self, key: str, value: V, now: float) -> list[str]:
        gone = []
        if len(self.entries) >= self.capacity:
            gone = [min(self.entries, key=lambda k: self.rank(self.entries[k]))]
            del self.entries[gone[0]]
        self.counts[key] += 1
        self.entries[key] = Entry(value, written=now, used=now, count=self.counts[key])
        return gone

    def values(self, now: float) -> dict[str, V]:
        return {k: e.value for k, e in self.entries.items() if now - e.written < self.ttl}


RANKS: dict[Eviction, Callable[[Entry[Any]], tuple[float, ...]]] = {
    "lru": lambda entry: (entry.used,),
    "lfu": lambda entry: (entry.count, entry.used),
    "ttl": lambda entry: (entry.written,),
}


class Lru(Generic[V]):
    """A line of entries: whoever is used goes to its end, whoever stands in front leaves."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.line: OrderedDict[str, V] = OrderedDict()

    def get(self, key: str, now: float) -> V | None:
        if key not in self.line:
            return None
        self.line.move_to_end(key)
        return self.line[key]

    def put(self, key: str, value: V, now: float) -> list[str]:
        gone = [self.line.popitem(last=False)[0]] if len(self.line) >= self.capacity else []
        self.line[key] = value
        return gone

    def values(self, now: float) -> dict[str, V]:
        return dict(self.line)


class Lfu(Generic[V]):
    """A heap of (count, last use, key); what was used since is pushed anew, the old lies stale."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.held: dict[str, V] = {}
        self.counts: Counter[str] = Counter()
        self.latest: dict[str, tuple[int, float]] = {}
        self.heap: list[tuple[int, float, str]] = []

    def get(self, key: str, now: float) -> V | None:
        if key not in self.held:
            return None
        self._use(key, now)
        return self.held[key]

    def put(self, key: str, value: V, now: float) -> list[str]:
        gone = [self._leave()] if len(self.held) >= self.capacity else []
        self.held[key] = value
        self._use(key, now)
        return gone

    def values(self, now: float) -> dict[str, V]:
        return dict(self.held)

    def _use(self, key: str, now: float) -> None:
        self.counts[key] += 1
        self.latest[key] = (self.counts[key], now)
        heapq.heappush(self.heap, (*self.latest[key], key))

    def _leave(self) -> str:
        while True:
            count, used, key = heapq.heappop(self.heap)
            if key in self.held and self.latest[key] == (count, used):
                del self.held[key]
                return key


class Ttl(Generic[V]):
    """A line in the order of writing: the ones in front end first."""

    def __init__(self, capacity: int, ttl: float) -> None:
        self.capacity = capacity
        self.ttl = ttl
        self.line: OrderedDict[str, tuple[V, float]] = OrderedDict()

    def get(self, key: str, now: float) -> V | None:
        while self.line and now - next(iter(self.line.values()))[1] >= self.ttl:
            self.line.popitem(last=False)
        return self.line[key][0] if key in self.line else None

    def put(self, key: str, value: V, now: float) -> list[str]:
        gone = [self.line.popitem(last=False)[0]] if len(self.line) >= self.capacity else []
        self.line[key] = (value, now)
        return gone

    def values(self, now: float) -> dict[str, V]:
        return {key: value for key, (value, at) in self.line.items() if now - at < self.ttl}


def cache(policy: Eviction, capacity: int, ttl: float) -> "Kept[V]":
    """An empty cache with the fast structure of a policy."""
    if policy == "lru":
        return Lru(capacity)
    return Lfu(capacity) if policy == "lfu" else Ttl(capacity, ttl)


def plain(policy: Eviction, capacity: int, ttl: float) -> "Plain[V]":
    """Its plain twin."""
    return Plain(capacity, RANKS[policy], ttl if policy == "ttl" else math.inf)
