"""A stack of stages, one bar each: how long it takes, what was predicted, how it compares.

What the component receives: {lang, labels, message, badges: [{kind, text}], rows: [{label, value,
low, high, predicted (all milliseconds or null), ratio, note, text}]}. The first row, the one that
all others are compared with, is drawn in ink; the dashed line is the prediction. Where a value is
no time, `text` says it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pages.ui.component_loader import mount
from pages.ui.token_clock import Badge


@dataclass(frozen=True, kw_only=True)
class Rung:
    """`value` is None until it is measured; `ratio` and `note` are already written."""

    label: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    predicted: float | None = None
    ratio: str = ""
    note: str = ""
    text: str = ""


def ladder(
    *, key: str, rungs: Sequence[Rung], badges: Sequence[Badge] = (), message: str = ""
) -> None:
    """Draw the stages in order."""
    data = {
        "message": message,
        "badges": [asdict(badge) for badge in badges],
        "rows": [asdict(rung) for rung in rungs],
    }
    mount("ladder", key=key, data=data)
