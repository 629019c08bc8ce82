"""A simulated server in pictures: the queue over time, and requests from the middle as rows."""

from collections.abc import Sequence

from lesson_core.schema.serving import Served, StepRecord
from lesson_core.serve.load_lab import Outcome
from lesson_core.serve.timeline import rows_of
from pages.ui import badges
from pages.ui.gantt import Row, gantt
from pages.ui.language import t
from pages.ui.numbers import rounded
from pages.ui.xy_chart import Axis, Chart, Mark, Series, xy_chart

SHOWN = 40  # requests of the picture, from the middle of the run
POINTS = 160  # of the curve over time


def spread(seconds: float | None) -> str:
    """One cell of a table of latencies; a dash where too few requests were seen."""
    if seconds is None:
        return "–"
    return f"{rounded(seconds)} s" if seconds >= 1 else f"{rounded(seconds * 1e3)} ms"


def over_time(lesson_id: str, result: Outcome) -> None:
    """Who waits and who runs; a queue that only grows is past the capacity."""
    every = max(1, len(result.steps) // POINTS)
    steps = result.steps[::every]
    end = max((step.end_s for step in steps), default=1.0)
    arrivals = max((one.arrival_s for one in result.served), default=0.0)
    chart = Chart(
        title=t("rate.queue"),
        x=Axis(label=t("rate.seconds"), range=(0.0, end), name=t("rate.time")),
        y=Axis(label=t("rate.requests"), range=(0.0, 4.0)),
        series=[
            Series(label=t("rate.waiting"), role="overhead", kind="predicted",
                   points=[(step.start_s, float(step.waiting)) for step in steps]),
            Series(label=t("rate.running"), role="decode", kind="predicted",
                   points=[(step.start_s, float(step.running)) for step in steps]),
        ],
        marks=[Mark(x=arrivals, label=t("rate.last_arrival"))],
        badges=[badges.predicted()],
        height=220,
    )  # fmt: skip
    xy_chart(key=f"{lesson_id}.queue", chart=chart)


def picture(lesson_id: str, result: Outcome) -> None:
    """Forty requests from the middle, as rows of time."""
    rows, zero, end = middle(result.served, result.steps)
    gantt(key=f"{lesson_id}.rate_gantt", title=t("rate.picture", n=len(rows)), rows=rows,
          end=end - zero, badges=[badges.predicted()])  # fmt: skip


def middle(
    served: Sequence[Served], steps: Sequence[StepRecord], shown: int = SHOWN
) -> tuple[list[Row], float, float]:
    """Requests from the middle of a run as rows that begin at zero; that moment, and the last."""
    order = sorted(served, key=lambda one: one.arrival_s)
    start = max(0, len(order) // 2 - shown // 2)
    chosen = order[start : start + shown]
    zero = chosen[0].arrival_s
    end = max(one.token_s[-1] for one in chosen if one.token_s)
    part = [step for step in steps if zero <= step.end_s and step.start_s <= end]
    rows = rows_of(chosen, part)
    shifted = [
        Row(
            label=str(row.id), arrival=row.arrival_s - zero, prompt=row.prompt_len,
            tokens=row.tokens, first=None if row.first_s is None else row.first_s - zero,
            end=None if row.end_s is None else row.end_s - zero,
            spans=[(a - zero, b - zero, kind) for a, b, kind in row.spans],
        )
        for row in rows
    ]  # fmt: skip
    return shifted, zero, end
