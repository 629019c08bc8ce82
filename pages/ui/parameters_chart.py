"""Loss against parameters: measured rungs, their line with its band, the published slopes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lesson_core.theory import ladder_record, scaling
from lesson_core.theory.scaling import PowerLaw
from pages.ui import badges
from pages.ui.language import t
from pages.ui.xy_chart import Axis, Chart, Ribbon, Series

Row = dict[str, Any]
TEXTS, COUNTS = ("all", "en", "zh", "pair"), ("alone", "whole")
SAME = 1.4  # a step that differs from its promise by a smaller factor keeps it
BEYOND = (0.7, 2.5)  # how far the line is drawn beyond the rungs, times their sizes


def law(rows: Sequence[Row], text: str, count: str) -> PowerLaw:
    """The power law through the rungs."""
    return scaling.fit([size(row, count) for row in rows], [loss(row, text) for row in rows])


def last_step(rows: Sequence[Row], through: PowerLaw) -> str:
    """What the line promises for the step to the largest rung, what was measured, in a sentence."""
    before, last = rows[-2:]
    promised = 100 * (1 - through(last["n"]) / through(before["n"]))
    measured = 100 * (1 - loss(last, "all") / loss(before, "all"))
    kind = "kept"
    if measured < promised / SAME:
        kind = "flatter"
    elif measured > promised * SAME:
        kind = "steeper"
    return t(f"parameters.last_{kind}", promised=f"{promised:.1f}", step=f"{measured:.1f}")


def size(row: Row, count: str) -> int:
    """Parameters without the embedding table, or all of them."""
    n: int = row["n"] + (row["embedding"] if count == "whole" else 0)
    return n


def loss(row: Row, text: str) -> float:
    """Held-out nats per token."""
    nats: float = row["held_out"][text]["nats_per_token"]
    return nats


def chart(rows: Sequence[Row], text: str, count: str, message: str) -> Chart:
    """Two logarithmic axes; the published lines begin at the smallest rung."""
    rows = [row for row in rows if text in row["held_out"]]
    return Chart(
        title=t("parameters.chart"),
        x=Axis(label=t(f"parameters.axis_{count}"), log=True, range=(7e4, 1.4e7), name="N"),
        y=Axis(label=t("parameters.loss"), log=True, zero=False, range=() if rows else (2.5, 4.0)),
        series=_series(rows, text, count) if rows else (),
        ribbons=[Ribbon(points=_band(rows, text, count))] if rows else (),
        badges=[badges.counted(), badges.predicted()] if rows else [],
        message=message,
        height=330,
    )


def _series(rows: Sequence[Row], text: str, count: str) -> list[Series]:
    found = law(rows, text, count)
    published = {"kaplan": kaplan, "chinchilla": chinchilla}
    begin = loss(rows[0], text)
    return [
        Series(label=t("parameters.fit"), kind="predicted",
               points=[(x, found(x)) for x in _grid(rows, count)]),
        *(
            Series(label=t(f"parameters.{name}"), role="weights", kind="published",
                   points=[(size(row, count), begin * of(row) / of(rows[0])) for row in rows])
            for name, of in published.items()
        ),
        Series(label="", points=[(size(row, count), loss(row, text)) for row in rows],
               scatter=True),
    ]  # fmt: skip


def _band(rows: Sequence[Row], text: str, count: str) -> list[tuple[float, float, float]]:
    found = law(rows, text, count)
    return [(x, *found.band(x)) for x in _grid(rows, count)]


def _grid(rows: Sequence[Row], count: str) -> list[float]:
    low, high = size(rows[0], count), size(rows[-1], count)
    grid: list[float] = np.geomspace(BEYOND[0] * low, BEYOND[1] * high, 25).tolist()
    return grid


def kaplan(row: Row) -> float:
    """Kaplan's law: without the table, with data to spare."""
    return scaling.kaplan_params(row["n"])


def chinchilla(row: Row) -> float:
    """Chinchilla's, as fitted again: all parameters, and the tokens that the rungs were given."""
    return scaling.CHINCHILLA_AGAIN(size(row, "whole"), ladder_record.tokens())
