"""The ladder measured on a page: run it, choose what is counted, watch the points settle."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.jobs import JobStatus
from pages.ui import clock, runs
from pages.ui.language import t
from pages.ui.parameters_chart import COUNTS, TEXTS, chart, law
from pages.ui.xy_chart import xy_chart


def controls(lesson_id: str, job: str, make_spec: Callable[[], Any]) -> None:
    """Run or stop."""
    busy = runs.is_active(runs.status(job))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(t("parameters.run"), key=f"{lesson_id}.run", type="primary", disabled=busy,
                  help=t("machine.busy") if busy else None, shortcut="Mod+Enter",
                  on_click=runs.start, args=(job, make_spec))  # fmt: skip
        if busy:
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))
    runs.show_problem(job, runs.status(job))


def waiting(lesson_id: str) -> None:
    """The empty axes, before the guess."""
    xy_chart(key=f"{lesson_id}.chart", chart=chart([], "all", "alone", t("parameters.guess_first")))


def live(lesson_id: str, job: str) -> None:
    """The points settle while the text is read; what is counted can be chosen at any time."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        texts = {name: t(f"parameters.text_{name}") for name in TEXTS}
        text = st.segmented_control(
            t("parameters.text"), TEXTS, default="all", key=f"{lesson_id}.text", required=True,
            format_func=texts.__getitem__,
        )  # fmt: skip
        counts = {name: t(f"parameters.count_{name}") for name in COUNTS}
        count = st.segmented_control(
            t("parameters.count"), COUNTS, default="alone", key=f"{lesson_id}.count",
            required=True, format_func=counts.__getitem__,
        )  # fmt: skip

    def draw(found: JobStatus | None) -> None:
        read = runs.data(found, "read")
        rows = read[-1]["rungs"] if read else []
        drawn = chart(rows, str(text), str(count), _message(found, read, str(text), str(count)))
        xy_chart(key=f"{lesson_id}.chart", chart=drawn)

    runs.follow(job, draw, every=0.5)
    st.caption(t("parameters.legend"))


def _message(found: JobStatus | None, read: Sequence[dict[str, Any]], text: str, count: str) -> str:
    if not read or any(text not in row["held_out"] for row in read[-1]["rungs"]):
        return clock.message(found, runs.events(found)) or t("parameters.idle")
    fitted = law(read[-1]["rungs"], text, count)
    low, high = fitted.exponent_band()
    return t("parameters.fitted", exponent=f"{fitted.exponent:.3f}", low=f"{low:.3f}",
             high=f"{high:.3f}", r2=f"{fitted.r2:.3f}", done=read[-1]["documents"],
             of=read[-1]["of"])  # fmt: skip
