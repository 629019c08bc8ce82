"""How a language model is evaluated: one text, what it promises, what it scores, four sums."""

import streamlit as st

from pages.ui import (
    after,
    evaluate_form,
    evaluate_sums,
    evaluate_view,
    guess,
    lesson,
    runs,
    verdict,
)

ID, JOB = "evaluate", "evaluate"
UNIT = ""

lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="evaluate-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        evaluate_form.controls(ID, JOB)
        evaluate_view.live(ID, JOB)
    else:
        evaluate_view.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None:
    ways, train = summary["ways"], summary["modes"]["train"]
    outcome = verdict.Outcome(
        predicted=summary["promised"],
        measured=summary["perplexity"],
        interval=(summary["low"], summary["high"]),
        n=summary["tokens"],
        note=evaluate_view.note(summary, found),
    )
    numbers = {
        **{name: summary[name] for name in ("perplexity", "low", "high", "promised", "tokens")},
        **{way: f"{value:.2f}" for way, value in ways.items()},
        "batches": len(summary["batches"]),
        "train_one": f"{train[0]:.2f}",
        "train_two": f"{train[1]:.2f}",
        "bpb": f"{summary['bits_per_byte']:.2f}",
    }

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID):
    if summary is not None:
        evaluate_sums.ways(summary)
    lesson.heading("own_batches")
    evaluate_sums.own(ID)
    if summary is not None:
        evaluate_sums.modes(summary)
        evaluate_view.other(summary, found)
        evaluate_view.surprises(summary)
after.show(ID, numbers, runs.events(found))
