"""The usual first attempt on a page: four mistakes, each with what was measured."""

from typing import Any

import streamlit as st

from lesson_core.schema.jobs import JobStatus
from pages.ui import badges, clock, lesson, runs, transformer_form
from pages.ui.language import t
from pages.ui.plain_text import literal

JOB = transformer_form.BROKEN


def show(lesson_id: str) -> None:
    """The checks, and under them what each one found."""
    lesson.heading("four_mistakes")
    st.markdown(t("first_transformer.broken_text"))
    transformer_form.broken(lesson_id)

    def draw(found: JobStatus | None) -> None:
        told = {name: runs.data(found, name) for name in ("raw_ids", "one_output", "order", "leak")}
        for name, details in told.items():
            if details:
                st.markdown(_said(name, details[-1]))
        if not any(told.values()):
            waiting = clock.message(found, runs.events(found))
            st.caption(waiting or t("first_transformer.broken_idle"))
        else:
            st.caption(badges.live().text)

    runs.follow(JOB, draw, every=0.5)


def _said(name: str, found: dict[str, Any]) -> str:
    if name == "raw_ids":
        return t("first_transformer.said_raw_ids", said=literal(found["said"]))
    if name == "one_output":
        return t(
            "first_transformer.said_one_output", loss=f"{found['loss']:g}",
            gradient=f"{found['largest_gradient']:g}", refused=literal(found["refused"]),
            classes=found["classes"], right_loss=f"{found['right_loss']:.2f}",
            right_gradient=f"{found['right_gradient']:.2g}",
        )  # fmt: skip
    return t(f"first_transformer.said_{name}", without=_small(found["without"]),
             with_it=_small(found["with"]))  # fmt: skip


def _small(value: float) -> str:
    """0 as 0, rounding as a power of ten."""
    return f"{value:.2g}" if value >= 1e-3 or value == 0 else literal(f"{value:.0e}")
