"""The stage view on a page: a run followed step by step, then scrubbed."""

import streamlit as st

from lesson_core.schema.jobs import JobStatus
from pages.ui import clock, runs
from pages.ui.language import t
from pages.ui.stage_flow import stage_flow, trace


def live(lesson_id: str, job: str) -> None:
    """Follow this page's run; a Stop button while it lasts, what watching cost afterwards."""

    def draw(found: JobStatus | None) -> None:
        events = runs.events(found)
        text = found.spec.prompt if found else ""
        expected = found.spec.new_tokens if found else None
        stage_flow(
            key=f"{lesson_id}.stages",
            state=clock.state(found, events),
            data=trace(events, text, expected),
            message=clock.message(found, events),
            run=found.id if found else "",
        )
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))

    runs.show_refusal(job)
    runs.follow(job, draw, every=0.3)
    summary = runs.result(runs.status(job))
    if summary is not None:
        percent = round(summary["probe"]["share"] * 100)
        st.caption(t("stages.probe", percent=max(percent, 0)))
