"""Bars of right answers, one per way of reading, growing while a job tells of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from lesson_core.schema.events import Event
from pages.ui import badges
from pages.ui.language import t
from pages.ui.share_rows import ShareRow, share_rows

Rows = dict[str, dict[str, Any]]


def latest(events: Sequence[Event]) -> Rows:
    """The newest row of each way."""
    told = [e.detail for e in events if e.stage == "data" and e.detail.get("what") == "row"]
    return {detail["key"]: detail for detail in told}


def draw(
    key: str, words: str, ways: Iterable[str], rows: Rows, chance: float, message: str
) -> None:
    """A bar per way, named by `<words>.row_<way>`; `chance` as a share."""
    share_rows(
        key=key, rows=[_row(words, way, rows.get(way)) for way in ways], chance=chance,
        badges=[badges.counted(), badges.predicted()] if rows else [], message=message,
        legend=t("zero_shot.legend", chance=f"{100 * chance:.1f}"),
    )  # fmt: skip


def _row(words: str, way: str, row: dict[str, Any] | None) -> ShareRow:
    name = f"{words}.row_{way.replace('.', '_')}"
    label, note = t(name), t(f"{name}_note")
    if row is None or not row["n"]:
        return ShareRow(label=label, note=note)
    return ShareRow(
        label=label, note=note, value=row["right"] / row["n"], low=row["low"], high=row["high"],
        expected=row.get("expected"),
        beside=t("zero_shot.of", right=row["right"], n=row["n"]),
    )  # fmt: skip
