"""Hit rates over capacity, counted on several logs and foreseen: what the caching page turns.

No model and no clock: which requests would have been hits does not depend on how long they took.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lesson_core.serve import counting
from lesson_core.serve.request_log import pool
from lesson_core.theory.caching import EVICTIONS, Eviction, expect

ROOMS = (1, 2, 4, 7, 10, 15, 20, 27, 36, 48, 60, 80, 108)
REQUESTS = 2_000
LOGS, MANY_LOGS = 5, 40


@dataclass(frozen=True)
class Curve:
    """One policy: (room, mean, least, most) over the logs, and (room, expected) by its law.

    Both start with an empty cache: the first request for a text is never a hit.
    """

    policy: Eviction
    counted: tuple[tuple[float, float, float, float], ...]
    expected: tuple[tuple[float, float], ...]


def logs(lang: str, skew: float, count: int, requests: int = REQUESTS) -> list[list[int]]:
    """The same questions, asked in another order: seeds 1, 2, …, `count`."""
    return [pool(lang).draw(requests, skew, seed) for seed in range(1, count + 1)]


def many(
    lang: str, skew: float, policy: Eviction, capacity: int, ttl: float, requests: int = REQUESTS
) -> list[float]:
    """The hit rate of one cache on many logs."""
    drawn = logs(lang, skew, MANY_LOGS, requests)
    return [counting.exact(log, policy, capacity, ttl).hit_rate for log in drawn]


def curves(lang: str, skew: float, ttl: float, rooms: Sequence[int] = ROOMS) -> list[Curve]:
    """Every policy in every room."""
    drawn, chances = logs(lang, skew, LOGS), pool(lang).chances(skew)
    found = []
    for policy in EVICTIONS:
        counted, expected = [], []
        for room in rooms:
            rates = [counting.exact(log, policy, room, ttl).hit_rate for log in drawn]
            counted.append((float(room), sum(rates) / len(rates), min(rates), max(rates)))
            law = expect(chances, room, policy, ttl)
            expected.append((float(room), float(law.from_empty(REQUESTS).mean())))
        found.append(Curve(policy, tuple(counted), tuple(expected)))
    return found
