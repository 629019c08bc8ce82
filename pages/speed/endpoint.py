"""How fast is a server: any OpenAI-compatible one, by two clocks."""

from typing import Any

import streamlit as st

from pages.ui import (
    after,
    endpoint_charts,
    endpoint_form,
    endpoint_report,
    endpoint_view,
    guess,
    lesson,
    runs,
    verdict,
)  # fmt: skip
from pages.ui.language import t

ID, JOB = "endpoint", "endpoint"
UNIT = "×"


def numbers_of(summary: dict[str, Any]) -> dict[str, object]:
    """What the explanation fills in."""
    latency, predicted = summary["open"]["latency"], summary["predicted"]
    due, sent = latency["ttft"]["p95"], latency["ttft_naive"]["p95"]
    return {
        "connections": summary["connections"],
        "capacity": summary["capacity"],
        "rate": summary["rate"],
        "share": 100 * summary["rate"] / summary["capacity"],
        "requests": summary["open"]["requests"],
        "answer_ms": 1e3 * summary["connections"] / summary["capacity"],
        "due_ms": due * 1e3 if due else None,
        "sent_ms": sent * 1e3 if sent else None,
        "ratio": (summary["measured"] or {}).get("ratio"),
        "wait_ms": predicted["wait_s"] * 1e3,
    }


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="endpoint-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        endpoint_form.ask(ID, JOB)
        endpoint_view.live(ID, JOB)
    else:
        endpoint_view.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None and summary["open"] is not None:
    numbers = numbers_of(summary)
    outcome = verdict.Outcome(
        predicted=summary["predicted"]["ratio"],
        measured=(summary["measured"] or {}).get("ratio"),
        n=summary["open"]["answered"],
        note=t("endpoint.ratio_note", n=summary["open"]["answered"]),
    )

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID) and summary is not None and found is not None:
    load = "open" if summary["open"] else "closed"
    if summary["measured"]:
        endpoint_report.gap(ID, summary)
    lesson.heading("percentiles")
    endpoint_report.table(summary, load)
    for line in runs.data(found, "expected"):
        endpoint_charts.late(ID, summary, line)
    endpoint_charts.gaps(ID, summary, load)
    endpoint_report.command(summary, found.spec.target.url if found.spec.target else "")
after.show(ID, numbers, runs.events(found))
