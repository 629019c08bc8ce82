"""A table whose cells are tinted by their value: scores per class, or a confusion matrix.

What the component receives: {lang, labels, title, message, badges: [{kind, text}], corner, columns,
extra: the head of a last column or "", upright: whether the heads stand upright, rows: [{label,
note, cells: [{text, heat, mark}], extra}]}. `heat` lies between 0 and 1; a marked cell is outlined.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pages.ui.component_loader import mount
from pages.ui.token_clock import Badge


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What stands in a cell, how dark it is, and whether it is the answer."""

    text: str
    heat: float
    mark: bool = False


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """One line; `extra` stands in the last column."""

    label: str
    cells: Sequence[Cell]
    note: str = ""
    extra: str = ""


def heat_grid(
    *,
    key: str,
    title: str,
    corner: str,
    columns: Sequence[str],
    rows: Sequence[GridRow],
    extra: str = "",
    upright: bool = False,
    badges: Sequence[Badge] = (),
    message: str = "",
) -> None:
    """Draw the table; `title` is what a screen reader hears."""
    data = {
        "title": title,
        "message": message,
        "badges": [asdict(badge) for badge in badges],
        "corner": corner,
        "columns": list(columns),
        "extra": extra,
        "upright": upright,
        "rows": [asdict(row) for row in rows],
    }
    mount("heat_grid", key=key, data=data)
