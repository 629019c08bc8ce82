"""Shares of right answers side by side, from 0 to 100 %: the bar, its interval, what was expected.

What the component receives: {lang, labels, message, badges: [{kind, text}], chance, legend, rows:
[{label, note, value | null, low | null, high | null, expected | null, beside}]}. The whisker is the
95 % interval, the dashed tick the prediction, the dotted line what chance alone would give.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pages.ui.component_loader import mount
from pages.ui.token_clock import Badge


@dataclass(frozen=True, kw_only=True)
class ShareRow:
    """One way of answering; None is not known yet. All shares lie between 0 and 1."""

    label: str
    note: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    expected: float | None = None
    beside: str = ""


def share_rows(
    *,
    key: str,
    rows: Sequence[ShareRow],
    chance: float = 0.0,
    badges: Sequence[Badge] = (),
    message: str = "",
    legend: str = "",
) -> None:
    """Draw the rows; call it again with more of them known and only the numbers change."""
    data = {
        "message": message,
        "badges": [asdict(badge) for badge in badges],
        "chance": chance,
        "legend": legend,
        "rows": [asdict(row) for row in rows],
    }
    mount("share_rows", key=key, data=data)
