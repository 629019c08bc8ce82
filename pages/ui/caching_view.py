"""The caching experiment on a page: seconds that add up, request by request, with each cache."""

import itertools
from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.jobs import JobStatus
from pages.ui import badges, clock, runs
from pages.ui.language import t
from pages.ui.xy_chart import Axis, Chart, Role, Series, xy_chart

ROLES: dict[str, Role] = {
    "none": "ink", "prefix": "kv", "exact": "decode", "semantic": "overhead",
}  # fmt: skip
"""The input cache is left out: its line would lie on the one without a cache."""
FORESEEN = ("none", "prefix", "exact")
EMPTY_REQUESTS = 24.0


def waiting(lesson_id: str) -> None:
    """The empty axes, before the guess."""
    xy_chart(key=f"{lesson_id}.time", chart=_chart([], t("caching.guess_first")))


def live(lesson_id: str, job: str) -> None:
    """The lines grow as requests are served; asked once a second, like every measured run."""

    def draw(found: JobStatus | None) -> None:
        served = runs.data(found, "served")
        expected: dict[str, Any] = next(iter(runs.data(found, "expected")), {})
        series = [*_foreseen(expected), *_measured(served)]
        xy_chart(key=f"{lesson_id}.time", chart=_chart(series, _message(found, served)))
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))

    runs.follow(job, draw, every=1.0)


def _foreseen(expected: dict[str, Any]) -> list[Series]:
    return [
        Series(label="", kind="predicted", role=ROLES[name],
               points=[(float(i), s) for i, s in enumerate(expected[name], start=1)])
        for name in FORESEEN
        if expected
    ]  # fmt: skip


def _measured(served: Sequence[dict[str, Any]]) -> list[Series]:
    lines = []
    for name, role in ROLES.items():
        if name == "semantic" and all(s["seconds"][name] == s["seconds"]["none"] for s in served):
            continue  # not a millisecond of looking: there is no encoder
        sums = itertools.accumulate(one["seconds"][name] for one in served)
        points = [(float(i), s) for i, s in enumerate(sums, start=1)]
        lines.append(Series(label=t(f"caching.{name}"), role=role, points=points))
    return lines


def _message(found: JobStatus | None, served: Sequence[dict[str, Any]]) -> str:
    if found is None:
        return t("caching.idle")
    if not served or found.state in ("queued", "failed"):
        return clock.message(found, runs.events(found)) or t("caching.starting")
    last = served[-1]
    if not runs.is_active(found):
        return t("caching.watched", n=len(served))
    if last["wrong"]:
        kept = "wrong"
    elif last["hits"]["exact"]:
        kept = "exact"
    else:
        kept = "semantic" if last["hits"]["semantic"] else "none"
    return t("caching.now", i=last["i"] + 1, text=last["text"], known=last["known"],
             tokens=last["tokens"], kept=t(f"caching.now_{kept}"))  # fmt: skip


def _chart(series: Sequence[Series], message: str) -> Chart:
    return Chart(
        title=t("caching.chart"),
        x=Axis(label=t("caching.request_axis"), range=(1.0, EMPTY_REQUESTS),
               name=t("caching.request"), zero=False),
        y=Axis(label=t("caching.seconds_axis"), range=(0.0, 10.0)),
        series=series,
        badges=[badges.live(), badges.predicted()],
        message=message,
        height=300,
    )  # fmt: skip
