"""Time per output token out of a log of answers: right, and with six mistakes.

TPOT = (E2E − TTFT)/(n − 1). The first run meets another thread; the median does not mind.
"""

from collections.abc import Sequence
from statistics import fmean

from lesson_core.measure.timers.engine import RUNS, Engine, Run, first_s, neighbour, tokens
from lesson_core.schema.spot import Table
from lesson_core.theory.stats import median


def log(engine: Engine) -> list[Run]:
    """Warm answers, whole ones, one after the other."""
    list(engine.answer())  # warms up; nobody times it
    runs = []
    for turn in range(RUNS):
        with neighbour(turn == 0):
            start = engine.clock()
            events = list(engine.answer())
            total = engine.clock() - start
        runs.append(Run(first_s(events), total, tokens(events)))
    return runs


def right(runs: Sequence[Run], prompt: int) -> float:
    """The median of warm runs: the gaps of each, divided by how many there are."""
    return median([(run.total_s - run.first_s) / (run.tokens - 1) for run in runs])


def by_n(runs: Sequence[Run], prompt: int) -> float:
    """Known-wrong."""
    return median([(run.total_s - run.first_s) / run.tokens for run in runs])


def with_the_first(runs: Sequence[Run], prompt: int) -> float:
    """Known-wrong."""
    return median([run.total_s / run.tokens for run in runs])


def prompt_counted(runs: Sequence[Run], prompt: int) -> float:
    """Known-wrong."""
    return median([(run.total_s - run.first_s) / (prompt + run.tokens - 1) for run in runs])


def mean(runs: Sequence[Run], prompt: int) -> float:
    """Known-wrong."""
    return fmean([(run.total_s - run.first_s) / (run.tokens - 1) for run in runs])


def one_run(runs: Sequence[Run], prompt: int) -> float:
    """Known-wrong."""
    run = runs[0]
    return (run.total_s - run.first_s) / (run.tokens - 1)


def fastest(runs: Sequence[Run], prompt: int) -> float:
    """Known-wrong."""
    return min([(run.total_s - run.first_s) / (run.tokens - 1) for run in runs])


WRONG = (by_n, with_the_first, prompt_counted, mean, one_run, fastest)


def explanations(runs: Sequence[Run], told: float, prompt: int) -> set[str]:
    """The ways, the right one among them, that come to what was told, give or take 2 %."""
    values = {function.__name__: function(runs, prompt) for function in (right, *WRONG)}
    return {name for name, value in values.items() if abs(value / told - 1) < 0.02}


def table(runs: Sequence[Run], told: float, prompt: int) -> Table:
    """The log as it is shown, in milliseconds, and what is told of it."""
    rows = [(str(turn), f"{1e3 * run.first_s:.1f}", f"{1e3 * run.total_s:.1f}", str(run.tokens))
            for turn, run in enumerate(runs, start=1)]  # fmt: skip
    return Table(
        columns=("run", "first_ms", "total_ms", "tokens"), rows=tuple(rows),
        told=(("prompt", str(prompt)), ("told", f"{1e3 * told:.2f} ms")),
    )  # fmt: skip
