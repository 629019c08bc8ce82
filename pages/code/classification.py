"""Text classification: five ways to name a class, judged alike on texts that none has learned."""

import streamlit as st

from pages.ui import (
    after,
    classify_form,
    classify_shapes,
    classify_view,
    classify_wrong,
    guess,
    lesson,
    runs,
    verdict,
)
from pages.ui.classify_view import accuracy
from pages.ui.language import t

ID, JOB = "classification", classify_form.JOB
UNIT = "%"

lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="classification-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        classify_form.controls(ID)
        classify_view.live(ID, JOB)
    else:
        classify_view.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None and found is not None:
    rows, split = classify_view.judged(summary), summary["split"]
    if "sentences" in rows:
        row = rows["sentences"]
        outcome = verdict.Outcome(
            predicted=accuracy(row, "promised"),
            measured=accuracy(row),
            interval=(accuracy(row, "low"), accuracy(row, "high")),
            n=row["n"],
            note=t("classify.note", data=classify_view.data_name(found.spec),
                   classes=len(split["names"]), learned=split["learned"]),
        )  # fmt: skip
        numbers["times"] = rows["told"]["seconds"] / row["seconds"]
        numbers["promised"] = accuracy(row, "promised")
    numbers |= {way: accuracy(row) for way, row in rows.items()}
    numbers |= {
        "unseen": 100 * split["unseen"],
        "chance": f"{100 / len(split['names']):.1f}",
        "classes": len(split["names"]),
        "told_n": rows["told"]["n"],
    }

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID) and summary is not None:
    classify_view.table(summary)
    classify_wrong.show(ID, summary)
    classify_wrong.typed(ID, summary)
    classify_shapes.show(summary)
after.show(ID, numbers, runs.events(found))
