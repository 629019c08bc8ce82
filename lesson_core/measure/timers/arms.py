"""Is B faster than A? Both are the same program: right, the answer is 1.00; with six mistakes, not.

In every puzzle one run of A meets another thread, and the median does not mind.
"""

from statistics import fmean
from typing import NamedTuple

from lesson_core.measure.timers.engine import (
    RUNS,
    Engine,
    Run,
    first_s,
    neighbour,
    tokens,
)
from lesson_core.schema.spot import Table
from lesson_core.theory.stats import median


class Report(NamedTuple):
    """The log of each arm, and the seconds per answer that the timer tells of it."""

    runs: dict[str, list[Run]]
    told: dict[str, float]

    def middle(self, arm: str, name: str) -> float:
        """The median of one number over the runs of an arm."""
        return median([getattr(run, name) for run in self.runs[arm]])


def right(engine: Engine) -> Report:
    """Both arms warm and in turns, whole answers of one length, the median of each."""
    list(engine.answer())  # warms up; nobody times it
    runs: dict[str, list[Run]] = {"A": [], "B": []}
    for turn in range(RUNS):
        for arm in runs:
            with neighbour(arm == "A" and turn == RUNS // 2):
                start = engine.clock()
                events = list(engine.answer())
                total = engine.clock() - start
            runs[arm].append(Run(first_s(events), total, tokens(events)))
    return Report(runs, {arm: median([run.total_s for run in of]) for arm, of in runs.items()})


def restarted(engine: Engine) -> Report:
    """Known-wrong."""
    list(engine.answer())  # warms up; nobody times it
    runs: dict[str, list[Run]] = {"A": [], "B": []}
    for turn in range(RUNS):
        for arm in runs:
            with neighbour(arm == "A" and turn == RUNS // 2):
                start = engine.clock()
                events = list(engine.answer(restarted=arm == "A"))
                total = engine.clock() - start
            runs[arm].append(Run(first_s(events), total, tokens(events)))
    return Report(runs, {arm: median([run.total_s for run in of]) for arm, of in runs.items()})


def not_awaited(engine: Engine) -> Report:
    """Known-wrong."""
    list(engine.answer())  # warms up; nobody times it
    runs: dict[str, list[Run]] = {"A": [], "B": []}
    for turn in range(RUNS):
        for arm in runs:
            with neighbour(arm == "A" and turn == RUNS // 2):
                start = engine.clock()
                begun = engine.answer() if arm == "B" else list(engine.answer())
                total = engine.clock() - start
                events = list(begun)
            runs[arm].append(Run(first_s(events), total, tokens(events)))
    return Report(runs, {arm: median([run.total_s for run in of]) for arm, of in runs.items()})


def without_prefill(engine: Engine) -> Report:
    """Known-wrong."""
    list(engine.answer())  # warms up; nobody times it
    runs: dict[str, list[Run]] = {"A": [], "B": []}
    for turn in range(RUNS):
        for arm in runs:
            with neighbour(arm == "A" and turn == RUNS // 2):
                start = engine.clock()
                events = list(engine.answer())
                total = engine.clock() - start
                if arm == "B":
                    total -= first_s(events)
            runs[arm].append(Run(first_s(events), total, tokens(events)))
    return Report(runs, {arm: median([run.total_s for run in of]) for arm, of in runs.items()})


def shorter_answers(engine: Engine) -> Report:
    """Known-wrong."""
    list(engine.answer())  # warms up; nobody times it
    runs: dict[str, list[Run]] = {"A": [], "B": []}
    for turn in range(RUNS):
        for arm in runs:
            with neighbour(arm == "A" and turn == RUNS // 2):
                start = engine.clock()
                events = list(engine.answer(tokens=engine.tokens // 2 if arm == "B" else 0))
                total = engine.clock() - start
            runs[arm].append(Run(first_s(events), total, tokens(events)))
    return Report(runs, {arm: median([run.total_s for run in of]) for arm, of in runs.items()})


def kept_prompt(engine: Engine) -> Report:
    """Known-wrong."""
    list(engine.answer())  # warms up; nobody times it
    runs: dict[str, list[Run]] = {"A": [], "B": []}
    for turn in range(RUNS):
        for arm in runs:
            kept = engine.kept_prompt()
            with neighbour(arm == "A" and turn == RUNS // 2):
                start = engine.clock()
                events = list(engine.answer(cache=kept if arm == "B" else None))
                total = engine.clock() - start
            runs[arm].append(Run(first_s(events), total, tokens(events)))
    return Report(runs, {arm: median([run.total_s for run in of]) for arm, of in runs.items()})


def mean(engine: Engine) -> Report:
    """Known-wrong."""
    list(engine.answer())  # warms up; nobody times it
    runs: dict[str, list[Run]] = {"A": [], "B": []}
    for turn in range(RUNS):
        for arm in runs:
            with neighbour(arm == "A" and turn == RUNS // 2):
                start = engine.clock()
                events = list(engine.answer())
                total = engine.clock() - start
            runs[arm].append(Run(first_s(events), total, tokens(events)))
    return Report(runs, {arm: fmean([run.total_s for run in of]) for arm, of in runs.items()})


WRONG = (restarted, not_awaited, without_prefill, shorter_answers, kept_prompt, mean)


def explanations(report: Report) -> set[str]:
    """The mistakes whose sign the log bears; a puzzle is one only where that is just its own."""
    (first_a, total_a, n_a), (first_b, total_b, n_b) = (
        (report.middle(arm, "first_s"), report.middle(arm, "total_s"), report.middle(arm, "tokens"))
        for arm in report.runs
    )
    whole = report.runs["A"]
    step = (total_a - first_a) / (n_a - 1)  # one decode step of A
    alike = abs(first_a / first_b - 1) < 0.3
    signs = {
        "restarted": first_a > 1.6 * first_b and first_b > 2 * step,
        "not_awaited": total_b < first_b,
        "without_prefill": alike and n_a == n_b and 0.5 < (total_a - total_b) / first_b < 1.5,
        "shorter_answers": n_b < n_a,
        "kept_prompt": first_a > 2 * step > first_b,
        "mean": report.told["A"] > 1.03 * total_a
        and abs(report.told["A"] / fmean([run.total_s for run in whole]) - 1) < 1e-6,
    }
    return {name for name, borne in signs.items() if borne}


def table(report: Report) -> Table:
    """The log as it is shown, in milliseconds, and what the timer tells."""
    rows = []
    for arm, runs in report.runs.items():
        for turn, run in enumerate(runs, start=1):
            times = (f"{1e3 * run.first_s:.1f}", f"{1e3 * run.total_s:.1f}")
            rows.append((f"{arm} {turn}", *times, str(run.tokens)))
    told = [(arm, f"{1e3 * seconds:.1f} ms") for arm, seconds in report.told.items()]
    ratio = report.told["A"] / report.told["B"]
    return Table(
        columns=("run", "first_ms", "total_ms", "tokens"), rows=tuple(rows),
        told=(*told, ("a_over_b", f"{ratio:.2f}×" if ratio < 100 else f"{ratio:,.0f}×")),
    )  # fmt: skip
