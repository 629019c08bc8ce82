"""Timing something the way a benchmark should: warmed up, repeated, interleaved, kept raw.

The clock is handed in and waits for the device before it reads (see `lesson_core.clock`). What
comes back are all samples in the order they were taken; summaries are `theory.stats`.
"""

from collections.abc import Callable, Mapping

from lesson_core.clock import Clock

Work = Callable[[], object]
Samples = tuple[float, ...]


def once(work: Work, clock: Clock) -> float:
    """Seconds of one call."""
    start = clock()
    work()
    return clock() - start


def repeat(work: Work, clock: Clock, repeats: int, warm_up: int = 1) -> Samples:
    """Seconds per call, `repeats` of them, after `warm_up` calls that do not count.

    The first call pays for allocations, caches and kernel selection; it is another experiment.
    """
    for _ in range(warm_up):
        work()
    return tuple(once(work, clock) for _ in range(repeats))


def interleave(
    sides: Mapping[str, Work], clock: Clock, repeats: int, warm_up: int = 1
) -> dict[str, Samples]:
    """Time several things as A B A B …, so that a slow minute hits all of them alike."""
    for _ in range(warm_up):
        for work in sides.values():
            work()
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(repeats):
        for name, work in sides.items():
            taken[name].append(once(work, clock))
    return {name: tuple(samples) for name, samples in taken.items()}


def loops_for(work: Work, clock: Clock, least_s: float, most: int = 10_000) -> int:
    """How many calls one sample needs to last `least_s`, so that reading the clock is nothing."""
    loops = 1
    while loops < most:
        seconds = once(_many(work, loops), clock)
        if seconds >= least_s:
            break
        # Aim at least_s, but never jump more than tenfold on one noisy reading.
        grow = 10.0 if seconds <= 0 else min(10.0, 1.2 * least_s / seconds)
        loops = min(most, max(loops + 1, int(loops * grow)))
    return loops


def repeat_for(
    work: Work,
    clock: Clock,
    budget_s: float,
    *,
    at_least: int = 3,
    at_most: int = 100,
    least_s: float = 1e-3,
) -> Samples:
    """Seconds per call, as many samples as fit into `budget_s` (but at least `at_least`).

    Short calls are timed in batches of at least `least_s`; each sample is the batch over its size.
    """
    begin = clock()
    work()
    loops = loops_for(work, clock, least_s)
    batch = _many(work, loops)
    samples: list[float] = []
    while len(samples) < at_most:
        samples.append(once(batch, clock) / loops)
        if len(samples) >= at_least and clock() - begin >= budget_s:
            break
    return tuple(samples)


def _many(work: Work, loops: int) -> Work:
    def batch() -> None:
        for _ in range(loops):
            work()

    return batch
