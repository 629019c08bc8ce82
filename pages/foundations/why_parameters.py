"""Why a language model needs so many parameters: models that differ in nothing else."""

import streamlit as st

from lesson_core.schema.parameters import MeasureLadder
from lesson_core.theory import scaling
from pages.ui import (
    after,
    guess,
    lesson,
    parameters_budget,
    parameters_chart,
    parameters_jump,
    parameters_samples,
    parameters_sprint,
    parameters_view,
    runs,
    verdict,
)
from pages.ui.language import t

ID, JOB = "why-parameters", "measure_ladder"
UNIT = "%"

lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="parameters-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        parameters_view.controls(ID, JOB, MeasureLadder)
        parameters_view.live(ID, JOB)
    else:
        parameters_view.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None:
    rows = summary["rungs"]
    small, large = rows[0], rows[-1]
    law = parameters_chart.law(rows, "all", "alone")
    whole = parameters_chart.law(rows, "all", "whole")
    low, high = law.exponent_band()
    outcome = verdict.Outcome(
        predicted=100 * (1 - scaling.kaplan_params(large["n"]) / scaling.kaplan_params(small["n"])),
        measured=summary["less"],
        interval=(summary["low"], summary["high"]),
        n=summary["documents"],
        note=t("parameters.note", documents=summary["documents"]),
    )
    numbers = {
        "small": f"{parameters_chart.loss(small, 'all'):.2f}",
        "large": f"{parameters_chart.loss(large, 'all'):.2f}",
        "less": f"{summary['less']:.1f}",
        "exponent": f"{law.exponent:.3f}",
        "low": f"{low:.3f}",
        "high": f"{high:.3f}",
        "r2": f"{law.r2:.3f}",
        "doubling": f"{100 * (1 - 2**-law.exponent):.1f}",
        "last_step": parameters_chart.last_step(rows, law),
        "whole": f"{whole.exponent:.3f}",
    }

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID):
    parameters_sprint.show(ID)
    parameters_samples.show(ID)
    if summary is not None:
        parameters_jump.show(ID, summary["rungs"])
    parameters_budget.show(ID)
after.show(ID, numbers, runs.events(found))
