"""How zero-shot ability comes about: what distillation carries, what meta-learning needs."""

import streamlit as st

from pages.ui import (
    after,
    few_shot_view,
    guess,
    lesson,
    runs,
    student_carried,
    student_own,
    student_view,
    verdict,
)
from pages.ui.language import t
from pages.ui.student_view import CHANCE
from pages.ui.zero_shot_view import percent

ID, JOB = "how-zero-shot", "how_zero_shot"
UNIT = "%"


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="how-zero-shot-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        student_view.controls(ID, JOB, lambda: student_view.spec(ID))
        student_view.live(ID, JOB)
    else:
        student_view.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None:
    rows, split = summary["rows"], summary["split"]
    student, source = rows["zh.student"], percent(rows["en.teacher"])
    outcome = verdict.Outcome(
        predicted=percent(student, "expected"),
        measured=percent(student),
        interval=(percent(student, "low"), percent(student, "high")),
        n=student["n"],
        note=t("how_zero_shot.note", source=f"{source:.0f}", chance=f"{100 * CHANCE:.1f}"),
    )
    numbers = {
        "student": percent(student),
        "low": percent(student, "low"),
        "high": percent(student, "high"),
        "expected": percent(student, "expected"),
        "source": source,
        "teacher": percent(rows["zh.teacher"]),
        "glosses": percent(rows["zh.glosses"]),
        "gained": summary["gained"],
        "lost": summary["lost"],
        "unread": 100 * summary["unread"],
        "plain": percent(split["plain"]),
        "hard": percent(split["hard"]),
    }

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID):
    if summary is not None:
        student_carried.show(ID, summary)
    student_own.show(ID)
    student_carried.origin(ID)
    few_shot_view.show(ID)
events = [*runs.events(found), *runs.events(runs.status(few_shot_view.JOB))]
after.show(ID, numbers, events)
