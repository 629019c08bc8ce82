"""A first Transformer: the usual attempt and its four mistakes, and a small one that learns."""

import streamlit as st

from pages.ui import (
    after,
    guess,
    lesson,
    runs,
    transformer_broken,
    transformer_form,
    transformer_view,
    verdict,
)
from pages.ui.language import t

ID, JOB = "transformer", "train_transformer"
UNIT = "nat"

lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="transformer-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        transformer_form.controls(ID, JOB)
        transformer_view.live(ID, JOB)
    else:
        transformer_view.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None:
    one = summary["untrained"]
    outcome = verdict.Outcome(
        predicted=one["classes_part"],
        measured=one["loss"],
        interval=(one["low"], one["high"]),
        n=one["n"],
        note=t("first_transformer.note", n=one["n"]),
    )
    numbers = {
        "loss": f"{one['loss']:.3f}",
        "classes": one["classes"],
        "classes_part": f"{one['classes_part']:.3f}",
        "spread_part": f"{one['spread_part']:.3f}",
        "parameters": summary["parameters"],
        "ended": transformer_view.outcome(summary, found),
    }

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID):
    if summary is not None:
        transformer_view.parts(summary)
    transformer_broken.show(ID)
after.show(ID, numbers, [*runs.events(found), *runs.events(runs.status(transformer_broken.JOB))])
