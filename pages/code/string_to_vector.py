"""A string to 100 numbers: the usual three lines, what they lose, and what no mean can see."""

import streamlit as st

from lesson_core.theory.spelling import SPELLINGS
from pages.ui import (
    after,
    guess,
    lesson,
    runs,
    vectors_form,
    vectors_strings,
    vectors_trained,
    vectors_view,
    vectors_words,
    verdict,
)
from pages.ui.language import t

ID, JOB = "string-to-vector", "word_vectors"
UNIT = "%"

lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="string-to-vector-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        vectors_form.controls(ID, JOB)
        vectors_view.live(ID, JOB)
    else:
        vectors_view.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None:
    one, ours = summary["coverage"], summary["ours"]
    lost = {kind: one["kinds"][kind]["n"] - one["kinds"][kind]["found"] for kind in SPELLINGS}
    usual = 100 * one["usual"] / one["words"]
    promised = 100 * one["kinds"]["plain"]["n"] / one["words"]
    outcome = verdict.Outcome(
        predicted=promised, measured=usual, exact=True, note=t("vectors.note", n=one["words"])
    )
    numbers = {
        "usual": f"{usual:.1f}",
        "promised": f"{promised:.1f}",
        "ours": f"{100 * ours['found'] / ours['words']:.1f}",
        "zh": f"{100 * summary['zh']['found'] / summary['zh']['words']:.0f}",
        "lost": one["words"] - one["usual"],
        "marked": lost["punctuation"] + lost["both"],
        "capital": lost["capital"],
        "plain": lost["plain"],
        "film": f"{summary['pairs'][1]['cosine']:.2f}",
    }

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID):
    if summary is not None:
        vectors_view.missing(summary)
        vectors_strings.breaking(summary)
        vectors_strings.order(summary)
    lesson.heading("own_strings")
    if vectors_form.at_hand():
        vectors_form.strings(ID, JOB)
        if summary is not None:
            vectors_strings.own(ID, summary)
        lesson.heading("words_near")
        vectors_form.words(ID, JOB)
        if summary is not None:
            vectors_words.show(ID, summary, found)
    vectors_trained.show(ID)
after.show(ID, numbers, runs.events(found))
