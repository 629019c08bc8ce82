"""Every request of a run as a row of time: waiting, prefill, decode, paused.

What the component receives: {lang, labels, title, message, badges: [{kind, text}], legend (bool),
end (seconds on the axis), row_height (px), rows: [{label, arrival, first, end (seconds or null),
prompt, tokens, spans: [[from, to, "wait" | "prefill" | "decode" | "paused"]]}]}. Two runs under
each other get the same `end`, so that lengths can be compared.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pages.ui.component_loader import mount
from pages.ui.token_clock import Badge

Span = tuple[float, float, str]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One request; times in seconds from the run's zero, None while unknown."""

    label: str
    arrival: float
    first: float | None
    end: float | None
    prompt: int
    tokens: int
    spans: Sequence[Span]


def gantt(
    *, key: str, title: str, rows: Sequence[Row], end: float, badges: Sequence[Badge] = (),
    message: str = "", legend: bool = True,
) -> None:  # fmt: skip
    """Draw the rows in order; without a message the line below says what the colours mean."""
    data = {
        "title": title,
        "message": message,
        "legend": legend,
        "badges": [asdict(badge) for badge in badges],
        "end": end,
        "row_height": 7 if len(rows) > 32 else 9,
        "rows": [asdict(row) for row in rows],
    }
    mount("gantt", key=key, data=data)
