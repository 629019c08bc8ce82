"""The log of a run as rows of time: when each request waited, read its prompt, wrote, stood still.

Works on the steps of an engine or a simulator alike, finished or under way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from lesson_core.schema.serving import Request, Served, StepRecord

Doing = Literal["wait", "prefill", "decode", "paused"]
Span = tuple[float, float, Doing]
TOGETHER_S = 1e-3
"""Steps closer than this follow each other: the scheduler needs some time of its own."""


@dataclass
class Row:
    """One request; seconds from the run's zero. `end_s` is that of its newest token."""

    id: int
    arrival_s: float
    prompt_len: int
    new_tokens: int
    first_s: float | None = None
    end_s: float | None = None
    tokens: int = 0
    spans: list[Span] = field(default_factory=list)


def timeline(requests: Iterable[Request], steps: Sequence[StepRecord]) -> list[Row]:
    """A row per request, in the order given; times as in `steps`, arrivals as in `requests`."""
    rows = [
        Row(id=r.id, arrival_s=r.arrival_s, prompt_len=len(r.prompt), new_tokens=r.new_tokens)
        for r in requests
    ]
    by_id = {row.id: row for row in rows}
    for step in steps:
        for request, start, count, kind in step.work:
            row = by_id.get(request)
            if row is None:  # somebody else's
                continue
            _extend(row, step.start_s, step.end_s, kind)
            if kind == "decode" or start + count >= row.prompt_len:
                row.tokens += 1
                row.end_s = step.end_s
                row.first_s = step.end_s if row.first_s is None else row.first_s
    now = steps[-1].end_s if steps else 0.0
    for row in rows:
        if not row.spans and now > row.arrival_s:
            row.spans.append((row.arrival_s, now, "wait"))
    return rows


def rows_of(served: Iterable[Served], steps: Sequence[StepRecord]) -> list[Row]:
    """Rows of some of the answers of a finished run."""
    asked = [
        Request(id=one.id, prompt=(0,) * one.prompt_len, new_tokens=max(1, len(one.token_s)),
                arrival_s=one.arrival_s)
        for one in served
    ]  # fmt: skip
    return timeline(asked, steps)


def idle_share(steps: Sequence[StepRecord], slots: int) -> float:
    """The share of slot-seconds in which a slot of `slots` held no sequence; 0 without steps."""
    seconds = sum(step.end_s - step.start_s for step in steps)
    held = sum((step.end_s - step.start_s) * min(step.running, slots) for step in steps)
    return 1 - held / (slots * seconds) if seconds else 0.0


def reading_share(steps: Sequence[StepRecord]) -> float:
    """The share of the time that goes into steps which read some of a prompt."""
    seconds = sum(step.end_s - step.start_s for step in steps)
    reading = sum(
        step.end_s - step.start_s
        for step in steps if any(kind == "prefill" for *_, kind in step.work)
    )  # fmt: skip
    return reading / seconds if seconds else 0.0


def _extend(row: Row, start_s: float, end_s: float, kind: Doing) -> None:
    """Add a step: longer by it if the last span is of its kind and ends where it begins."""
    if not row.spans:
        if start_s > row.arrival_s:
            row.spans.append((row.arrival_s, start_s, "wait"))
        row.spans.append((start_s, end_s, kind))
        return
    began, until, doing = row.spans[-1]
    if start_s - until > TOGETHER_S:
        row.spans.append((until, start_s, "paused"))
    elif doing == kind:
        row.spans[-1] = (began, end_s, kind)
        return
    row.spans.append((start_s, end_s, kind))
