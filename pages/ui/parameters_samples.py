"""The same beginning, continued by every rung: what a lower loss reads like."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.parameters import RungSamples
from lesson_core.theory import ladder_record
from pages.ui import clock, lesson, runs
from pages.ui.language import t
from pages.ui.plain_text import literal

JOB = "rung_samples"
TEMPERATURES = (0.0, 0.7)


def show(lesson_id: str) -> None:
    """The form, and under it what each rung wrote: now, or when it was recorded."""
    lesson.heading("each_rung_writes")
    st.markdown(t("parameters.samples_text"))
    key = f"{lesson_id}.samples"
    heats = {heat: t(f"parameters.heat_{'cold' if heat == 0 else 'warm'}") for heat in TEMPERATURES}
    with st.form(f"{key}.form", border=False):
        st.text_input(t("parameters.prompt"), key=f"{key}.prompt",
                      placeholder=t("parameters.prompt_hint"))  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.segmented_control(
                t("parameters.heat"), TEMPERATURES, default=0.0, key=f"{key}.heat", required=True,
                format_func=heats.__getitem__,
            )  # fmt: skip
            st.form_submit_button(t("parameters.write"), key=f"{key}.run", on_click=_run,
                                  args=(key,))  # fmt: skip
    runs.show_problem(JOB, runs.status(JOB))

    def draw(found: JobStatus | None) -> None:
        written = runs.data(found, "text")
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{key}.stop", on_click=runs.cancel, args=(JOB,))
        if found is not None and written:
            st.markdown(_table(found.spec.prompt, written))
            st.caption(t("parameters.samples_live"))
        elif runs.is_active(found):
            st.caption(clock.message(found, runs.events(found)) or t("parameters.writing"))

    runs.follow(JOB, draw, every=0.5)
    if not runs.data(runs.status(JOB), "text"):
        _recorded(key)


def _recorded(key: str) -> None:
    """The beginnings that every rung was given when it was trained."""
    rungs = ladder_record.rungs()
    prompts = [sample["prompt"] for sample in rungs[0].samples]
    chosen = st.selectbox(t("parameters.recorded"), range(len(prompts)), key=f"{key}.recorded",
                          format_func=lambda i: prompts[i].replace("\n", " ⏎ "))  # fmt: skip
    heat = st.session_state.get(f"{key}.heat") or 0.0
    rows = [
        {"n": rung.n, "text": rung.samples[chosen]["sampled" if heat else "greedy"]}
        for rung in rungs
    ]
    st.markdown(_table(prompts[chosen], rows))
    st.caption(t("parameters.samples_recorded"))


def _table(prompt: str, rows: Sequence[dict[str, Any]]) -> str:
    """One line per rung, the beginning in front of what was written; nats only where measured."""
    start, timed = _shown(prompt), "nats" in rows[0]
    lines = []
    for row in rows:
        cost = f" {row['nats']:.2f} |" if row.get("nats") is not None else " |" if timed else ""
        written = f"{start} **{_shown(row['text']) or '–'}**"
        lines.append(f"| {row['n'] / 1e6:.1f}\u00a0M |{cost} {written} |")
    heads = ("samples_head", "|--:|--:|---|") if timed else ("recorded_head", "|--:|---|")
    return "\n".join([t(f"parameters.{heads[0]}"), heads[1], *lines])


def _shown(text: str) -> str:
    return literal(text.replace("\n", " ⏎ ").strip())


def _run(key: str) -> None:
    state = st.session_state
    runs.start(JOB, lambda: RungSamples(
        prompt=state.get(f"{key}.prompt") or "", temperature=float(state.get(f"{key}.heat") or 0.0)
    ))  # fmt: skip
