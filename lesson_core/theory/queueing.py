"""Waiting in line: who starts when, where arrivals do not care how busy the servers are.

Kiefer and Wolfowitz (1955): with `servers` equal servers and one line, the next in line starts
when it has arrived and the first of the servers is free. No law of arrivals is assumed; where the
times are random, so is the answer.
"""

import heapq
from collections.abc import Sequence


def starts(arrivals_s: Sequence[float], service_s: Sequence[float], servers: int) -> list[float]:
    """When each begins to be served, first come first served; times in the order of arrival.

    Everything in seconds from one zero. One arrival has one service time.
    """
    free = [0.0] * servers
    begun = []
    for arrival, service in zip(arrivals_s, service_s, strict=True):
        start = max(arrival, heapq.heappop(free))
        heapq.heappush(free, start + service)
        begun.append(start)
    return begun


def waits(arrivals_s: Sequence[float], service_s: Sequence[float], servers: int) -> list[float]:
    """How long each stands in line."""
    begun = starts(arrivals_s, service_s, servers)
    return [start - arrival for start, arrival in zip(begun, arrivals_s, strict=True)]
