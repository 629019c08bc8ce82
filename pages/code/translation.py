"""Machine translation: word by word against an encoder–decoder, its alignment and its cache."""

import streamlit as st

from lesson_core.theory import stats
from lesson_core.theory.recorded import recorded
from pages.ui import (
    after,
    guess,
    lesson,
    runs,
    translation_form,
    translation_scores,
    translation_view,
    verdict,
)
from pages.ui.language import t

ID, JOB = "translation", translation_form.JOB
UNIT = "×"

lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="translation-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        translation_form.controls(ID)
        translation_view.live(ID, JOB)
    else:
        translation_view.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if guess.may_see(ID):
    scores = recorded("translation")["en_zh"]
    numbers = {
        "bleu": f"{scores['bleu']:.1f}",
        "greedy": f"{scores['greedy_bleu']:.1f}",
        "vectors": f"{scores['baseline_bleu']:.1f}",
        "dictionary": f"{scores['dictionary_bleu']:.1f}",
        "sentences": scores["sentences"],
    }
    outcome = verdict.Outcome(
        predicted=None, measured=scores["bleu"] / scores["baseline_bleu"], exact=True,
        note=t("translation.note", **numbers),
    )  # fmt: skip
if summary is not None:
    cache = summary["cache"]
    with_s, without_s = (stats.median(cache[name]) for name in ("with_s", "without_s"))
    numbers |= {
        "read": cache["read"],
        "written": cache["written"],
        "passes": cache["passes"][1] / cache["passes"][0],
        "layers": cache["layers"][1] / cache["layers"][0],
        "times": without_s / with_s,
    }

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID):
    if summary is not None:
        translation_view.word_tables(found)
        translation_view.candidates(summary)
        translation_scores.twins(summary)
    translation_scores.corpus()
after.show(ID, numbers, runs.events(found))
