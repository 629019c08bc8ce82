"""Compression schemes side by side: a bar of milliseconds per step, and a few numbers beside it.

What the component receives: {lang, labels, message, badges: [{kind, text}], bars, columns: [heads
of the numbers], rows: [{label, note, state: waiting|running|done, problem, ms, low, high, noisy,
ratio, beside_ms, predicted_ms, values: [as many texts as columns]}]}. All bars share one scale that
starts at 0. The outline is what this row was measured beside, the whisker the middle half of the
samples, the dashed tick the prediction; hatching says noisy. Without `bars` it is a plain table.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from pages.ui.component_loader import mount
from pages.ui.token_clock import Badge


@dataclass(frozen=True, kw_only=True)
class SchemeRow:
    """One scheme; None is not known yet. `problem` takes the place of all numbers."""

    label: str
    note: str = ""
    state: Literal["waiting", "running", "done"] = "waiting"
    problem: str = ""
    ms: float | None = None
    low: float | None = None
    high: float | None = None
    noisy: bool = False
    ratio: str = ""
    beside_ms: float | None = None
    predicted_ms: float | None = None
    values: Sequence[str] = ()


def scheme_rows(
    *,
    key: str,
    columns: Sequence[str],
    rows: Sequence[SchemeRow],
    badges: Sequence[Badge] = (),
    message: str = "",
    bars: bool = True,
) -> None:
    """Draw the rows; call it again with more of them known and only the numbers change."""
    data = {
        "message": message,
        "bars": bars,
        "badges": [asdict(badge) for badge in badges],
        "columns": list(columns),
        "rows": [asdict(row) for row in rows],
    }
    mount("scheme_rows", key=key, data=data)
