"""Lines and points over two axes, live or finished; light enough for the first screen.

What the component receives: {lang, labels, title, message, badges: [{kind, text}], height, x, y:
{label, log, zero, whole, range: [low, high] | [], ticks: [[value, name]], name}, series: [{label,
role, kind, scatter, bars, points: [[x, y] | [x, y, low, high]]}], bands: [{from, to, label,
shaded}], ribbons: [{points: [[x, low, high]]}], marks: [{x, label}]}. Measured lines are solid with
markers, predicted ones dashed, published points hollow; a line's name stands at its end, a bar's
value above it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from pages.ui.component_loader import mount
from pages.ui.token_clock import Badge

Role = Literal["ink", "prefill", "decode", "weights", "kv", "overhead", "arithmetic"]
Kind = Literal["measured", "predicted", "published"]


@dataclass(frozen=True, kw_only=True)
class Axis:
    """`range` is shown even before anything is there; `name` is the short word beside a value.

    `whole` counts things: no ticks between them. `ticks` are names for values, such as days.
    """

    label: str
    log: bool = False
    zero: bool = True
    whole: bool = False
    range: tuple[float, ...] = ()
    ticks: Sequence[tuple[float, str]] = ()
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Series:
    """Points (x, y) or (x, y, low, high), in order; `scatter` draws no line between them.

    `bars` draws a column from the axis to each point, one wide on x.
    """

    label: str
    points: Sequence[tuple[float, ...]]
    role: Role = "ink"
    kind: Kind = "measured"
    scatter: bool = False
    bars: bool = False


@dataclass(frozen=True, kw_only=True)
class Band:
    """A region of x with its name; None reaches to the end of the axis."""

    label: str
    start: float | None = None
    end: float | None = None
    shaded: bool = True


@dataclass(frozen=True, kw_only=True)
class Ribbon:
    """Where a line may lie: (x, low, high), in order."""

    points: Sequence[tuple[float, float, float]]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A vertical line with its name."""

    x: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Everything that is drawn; `title` is also what a screen reader hears."""

    title: str
    x: Axis
    y: Axis
    series: Sequence[Series]
    bands: Sequence[Band] = ()
    ribbons: Sequence[Ribbon] = ()
    marks: Sequence[Mark] = ()
    badges: Sequence[Badge] = ()
    message: str = ""
    height: int = 280


def xy_chart(*, key: str, chart: Chart) -> None:
    """Draw `chart`; call it again with more points and only the drawing changes."""
    data = {
        "title": chart.title,
        "message": chart.message,
        "badges": [asdict(badge) for badge in chart.badges],
        "height": chart.height,
        "x": asdict(chart.x),
        "y": asdict(chart.y),
        "series": [asdict(series) for series in chart.series],
        "bands": [
            {"from": b.start, "to": b.end, "label": b.label, "shaded": b.shaded}
            for b in chart.bands
        ],
        "ribbons": [asdict(ribbon) for ribbon in chart.ribbons],
        "marks": [asdict(mark) for mark in chart.marks],
    }
    mount("xy_chart", key=key, data=data)
