"""The proof on the speculative page: answers drawn by a right and by a wrong rule, tested live."""

from collections.abc import Sequence
from math import log10
from typing import Any

import streamlit as st

from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.specs import SpeculationLaw
from pages.ui import badges, clock, lesson, runs
from pages.ui.language import t
from pages.ui.numbers import rounded
from pages.ui.xy_chart import Axis, Chart, Series, xy_chart

JOB = "speculative_law"
REJECTED = 1e-3
LOWEST = 1e-12  # smaller p-values are drawn as this one


def ask(lesson_id: str) -> None:
    """The question, a button, two falling or level lines, and a sentence for each rule."""
    lesson.heading("law")
    st.markdown(t("speculative.law_intro"))
    found = runs.status(JOB)
    busy = runs.is_active(found)
    st.button(t("speculative.law_run"), key=f"{lesson_id}.law", type="primary", disabled=busy,
              on_click=runs.start, args=(JOB, SpeculationLaw))  # fmt: skip

    def draw(found: JobStatus | None) -> None:
        events = runs.events(found)
        xy_chart(key=f"{lesson_id}.law.chart", chart=_chart(found, events))

    runs.show_refusal(JOB)
    runs.follow(JOB, draw, every=0.8)
    result = runs.result(found)
    if result is not None:
        for rule in ("right", "wrong"):
            st.markdown(_verdict(rule, result[rule]))


def _looks(events: Sequence[Event], rule: str) -> list[tuple[float, ...]]:
    looks = [e.detail for e in events if e.stage == "data" and e.detail.get("rule") == rule]
    return [
        (look["draws"], -log10(max(look["p_value"], LOWEST)))
        for look in looks
        if look["p_value"] is not None
    ]


def _chart(found: JobStatus | None, events: Sequence[Event]) -> Chart:
    asked = found.spec.draws if found else SpeculationLaw().draws
    bar = [(0.0, -log10(REJECTED)), (float(asked), -log10(REJECTED))]
    failed = found is not None and found.state in ("queued", "failed")
    return Chart(
        title=t("speculative.law_chart"),
        x=Axis(label=t("speculative.law_draws"), range=(0.0, float(asked))),
        y=Axis(label=t("speculative.law_p"), range=(0.0, 6.0)),
        series=[
            Series(label=t("speculative.law_bar"), points=bar, kind="predicted"),
            Series(label=t("speculative.law_right"), points=_looks(events, "right"), role="decode"),
            Series(label=t("speculative.law_wrong"), points=_looks(events, "wrong")),
        ],
        badges=[badges.live()] if _looks(events, "right") else (),
        message=clock.message(found, events) if failed else "",
        height=230,
    )  # fmt: skip


def _verdict(rule: str, look: dict[str, Any]) -> str:
    if look["p_value"] is None:
        return t("speculative.law_too_few", draws=look["draws"])
    rejected = look["p_value"] < REJECTED
    icon = ":material/close:" if rejected else ":material/check:"
    kind = "rejected" if rejected else "passes"
    p = f"{look['p_value']:.1e}" if look["p_value"] < 0.01 else rounded(look["p_value"])
    values = {"p": p, "draws": f"{look['draws']:,}", "cells": look["cells"]}
    return f"{icon} {t(f'speculative.law_{kind}', rule=t(f'speculative.law_{rule}'), **values)}"
