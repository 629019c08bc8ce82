"""What zero-shot learning is: classes that nobody trained, reached through a description."""

import streamlit as st

from lesson_core.schema.zero_shot import ZeroShot
from pages.ui import (
    after,
    guess,
    lesson,
    running,
    runs,
    verdict,
    zero_shot_own,
    zero_shot_view,
    zero_shot_wrong,
)
from pages.ui.language import t
from pages.ui.zero_shot_view import CHANCE, percent

ID, JOB = "zero-shot", "zero_shot"
UNIT = "%"


def spec() -> ZeroShot:
    return ZeroShot(recipe=running.recipe())


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="zero-shot-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        zero_shot_view.controls(ID, JOB, spec)
        zero_shot_view.live(ID, JOB)
    else:
        zero_shot_view.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None:
    rows, split = summary["rows"], summary["split"]
    described = rows["en.described"]
    outcome = verdict.Outcome(
        predicted=percent(described, "expected"),
        measured=percent(described),
        interval=(percent(described, "low"), percent(described, "high")),
        n=described["n"],
        note=t("zero_shot.note", chance=f"{100 * CHANCE:.1f}", n=described["n"]),
    )
    numbers = {
        "accuracy": percent(described),
        "low": percent(described, "low"),
        "high": percent(described, "high"),
        "bare": percent(rows["en.name"]),
        "expected": percent(described, "expected"),
        "plain": percent(split["plain"]),
        "hard": percent(split["hard"]),
        "hard_expected": percent(split["hard"], "expected"),
        "zh": percent(rows["zh.described"]),
        "zh_expected": percent(rows["zh.described"], "expected"),
        "unknown": 100 * summary["unknown"]["zh"],
        "told_sum": percent(rows["en.sum"]),
        "told": percent(rows["en.prior"]),
        "told_n": rows["en.sum"]["n"],
    }

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID):
    if summary is not None:
        zero_shot_wrong.show(ID, summary)
    zero_shot_own.show(ID)
    if summary is not None:
        zero_shot_wrong.twins(summary)
after.show(ID, numbers, runs.events(found))
