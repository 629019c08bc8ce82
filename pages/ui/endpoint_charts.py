"""Two looks at a finished load: how late requests were sent, and how evenly answers came."""

import itertools
from typing import Any

from lesson_core.theory import stats
from pages.ui import badges
from pages.ui.endpoint_view import good
from pages.ui.language import t
from pages.ui.xy_chart import Axis, Chart, Series, xy_chart

Summary = dict[str, Any]


def late(lesson_id: str, summary: Summary, line: dict[str, Any]) -> None:
    """When each request was due, when it was sent, and when the line said it would be."""
    sents = good(summary["sent"]["open"])
    due = [(float(at), s) for at, s in enumerate(line["due_s"], start=1)]
    expected = [(float(at), s) for at, s in enumerate(line["start_s"], start=1)]
    sent = [(float(s["index"]) + 1, s["started_s"]) for s in sents]
    chart = Chart(
        title=t("endpoint.late_chart"),
        x=Axis(label=t("endpoint.request_axis"), name=t("endpoint.request_short")),
        y=Axis(label=t("endpoint.time_axis")),
        series=[
            Series(label=t("endpoint.due"), points=due, kind="predicted"),
            Series(label="", points=expected, kind="predicted", role="overhead"),
            Series(label=t("endpoint.sent"), points=sent, role="overhead"),
        ],
        badges=[badges.live(), badges.predicted()],
        message=t("endpoint.late_note", connections=summary["connections"]),
        height=240,
    )
    xy_chart(key=f"{lesson_id}.late", chart=chart)


def gaps(lesson_id: str, summary: Summary, load: str) -> None:
    """The gaps between the pieces of each answer: median, smallest and largest."""
    points = []
    for sent in good(summary["sent"][load]):
        times = sent["piece_s"]
        found = [(b - a) * 1e3 for a, b in itertools.pairwise(times)]
        if found:
            points.append((sent["intended_s"], stats.median(found), min(found), max(found)))
    chart = Chart(
        title=t("endpoint.itl_chart"),
        x=Axis(label=t("endpoint.due_axis"), name=t("endpoint.due_short")),
        y=Axis(label="ITL, ms"),
        series=[Series(label="", points=points, role="decode", scatter=True)],
        badges=[badges.live()],
        message=t("endpoint.itl_chart"),
        height=200,
    )
    xy_chart(key=f"{lesson_id}.itl", chart=chart)
