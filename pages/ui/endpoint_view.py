"""The endpoint run on its page: every request as two points, one per clock."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.jobs import JobStatus
from pages.ui import badges, problems, runs
from pages.ui.language import t
from pages.ui.xy_chart import Axis, Chart, Series, xy_chart

Sent = dict[str, Any]
Points = list[tuple[float, ...]]


def waiting(lesson_id: str) -> None:
    """The empty axes, before the guess."""
    xy_chart(key=f"{lesson_id}.chart", chart=_chart([], t("endpoint.guess_first")))


def live(lesson_id: str, job: str) -> None:
    """Follow the run, once a second: a point per request and clock."""

    def draw(found: JobStatus | None) -> None:
        closed, opened = (_sents(found, what) for what in ("closed", "open"))
        line: dict[str, Any] = next(iter(runs.data(found, "expected")), {})
        series = _open(opened, line) if line else _closed(closed)
        xy_chart(key=f"{lesson_id}.chart", chart=_chart(series, _message(found, closed, opened)))
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))

    runs.show_refusal(job)
    runs.follow(job, draw, every=1.0)


def good(sents: Sequence[Sent]) -> list[Sent]:
    """Those that brought an answer, in the order in which they were due."""
    return sorted((s for s in sents if not s["failure"]), key=lambda sent: sent["intended_s"])


def _sents(found: JobStatus | None, what: str) -> list[Sent]:
    return [told["sent"] for told in runs.data(found, what)]


def _closed(sents: Sequence[Sent]) -> list[Series]:
    return [Series(label=t("endpoint.closed_points"), points=_ttft(good(sents), "started_s"),
                   scatter=True, role="decode")]  # fmt: skip


def _open(sents: Sequence[Sent], line: dict[str, Any]) -> list[Series]:
    answered = good(sents)
    times = zip(line["due_s"], line["start_s"], line["ttft_s"], strict=True)
    predicted: Points = [(due, (start + ttft - due) * 1e3) for due, start, ttft in times]
    return [
        Series(label="", points=predicted, kind="predicted", role="overhead"),
        Series(label=t("endpoint.from_due"), points=_ttft(answered, "intended_s"),
               role="overhead"),
        Series(label=t("endpoint.from_sent"), points=_ttft(answered, "started_s"),
               role="prefill"),
    ]  # fmt: skip


def _ttft(sents: Sequence[Sent], begin: str) -> Points:
    return [(s["intended_s"], (s["piece_s"][0] - s[begin]) * 1e3) for s in sents]


def _message(found: JobStatus | None, closed: Sequence[Sent], opened: Sequence[Sent]) -> str:
    if found is None:
        other = st.session_state.get("endpoint.whose") == "other"
        return t("endpoint.idle_other" if other else "endpoint.idle")
    if found.state == "queued":
        return t("clock.queued", position=found.position or 1)
    if found.state == "failed" and found.error:
        return problems.sentence(found.error["code"], found.error.get("values", {}))
    steps = [e.detail["what"] for e in runs.events(found) if e.stage == "progress"]
    step = steps[-1] if steps else "start"
    if step in ("closed", "open"):
        done = opened if step == "open" else closed
        return t(f"endpoint.now_{step}", done=len(done), failed=len(done) - len(good(done)))
    return t(f"endpoint.now_{step}")


def _chart(series: Sequence[Series], message: str) -> Chart:
    return Chart(
        title=t("endpoint.chart"),
        x=Axis(label=t("endpoint.due_axis"), range=(0.0, 5.0), name=t("endpoint.due_short")),
        y=Axis(label="TTFT, ms", log=True, zero=False, range=(10.0, 1000.0)),
        series=series,
        badges=[badges.live(), badges.predicted()],
        message=message,
    )
