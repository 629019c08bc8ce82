"""TTFT, TPOT and goodput from the token times of a log."""

from random import Random

from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem

Request = tuple[int, list[int]]  # arrival and token times, in ms


def request(rng: Random, tokens: int, first: int, gap: int) -> Request:
    """An answer whose first token comes after `first` ms and each further one about `gap` later."""
    arrival = rng.randrange(60_000)
    times = [arrival + first] if tokens else []
    for _ in range(tokens - 1):
        times.append(times[-1] + rng.randrange(gap // 2, gap * 3 // 2 + 1))
    return arrival, times


def stalled(rng: Random, tokens: int) -> Request:
    """An even answer with one long stall."""
    arrival, times = request(rng, tokens, 200, 20)
    stall = rng.randrange(1, tokens)
    return arrival, times[:stall] + [time + 900 for time in times[stall:]]


def exact(rng: Random, tokens: int, first: int, gap: int) -> Request:
    """An answer with all gaps alike."""
    arrival = rng.randrange(60_000)
    return arrival, [arrival + first + gap * n for n in range(tokens)]


def hidden(rng: Random) -> tuple[Probe, ...]:
    def drawn(low: int, high: int) -> Request:
        tokens = rng.randrange(low, high)
        return request(rng, tokens, rng.randrange(50, 900), rng.randrange(10, 70))

    usual = [drawn(5, 40) for _ in range(40)]
    short = [drawn(1, 3) for _ in range(11)] + [drawn(8, 30) for _ in range(12)]
    cancelled = [drawn(2, 20) for _ in range(17)] + [drawn(0, 1) for _ in range(6)]
    limits = [exact(rng, 4, first, gap) for first in (499, 500, 501) for gap in (39, 40, 41)]
    either = [
        request(rng, 12, *pace) for pace in [(900, 20)] * 7 + [(100, 90)] * 6 + [(90, 15)] * 5
    ]
    stalls = [stalled(rng, rng.randrange(4, 60)) for _ in range(13)]
    single = [drawn(1, 2) for _ in range(8)]
    named = {"usual": (usual, 95), "short": (short, 50), "cancelled": (cancelled, 90),
             "limits": (limits, 100), "either": (either, 50), "stalls": (stalls, 90),
             "single": (single, 99)}  # fmt: skip
    for log, _ in named.values():
        rng.shuffle(log)
    return tuple(Probe(Case((log, 500, 40, 60, percent)), name)
                 for name, (log, percent) in named.items())  # fmt: skip


PROBLEM = Problem(
    id="goodput",
    function="goodput",
    visible=(
        Case(([(0, [200, 230, 260, 290])], 500, 40, 1, 50)),
        Case(([(0, [200, 250, 300]), (100, [900, 910, 920]), (150, [400])], 500, 40, 2, 50)),
    ),
    hidden=hidden,
)
