"""Two sentences of the learner's own: how alike they are to the encoder, and what it read."""

from typing import Any

import streamlit as st

from lesson_core.schema.caching import SentencePair
from lesson_core.schema.jobs import JobStatus
from pages.ui import badges, caching_form, clock, example, lesson, runs
from pages.ui.caching_form import FIRST
from pages.ui.language import t
from pages.ui.plain_text import literal

JOB = "sentence_pair"


def show(lesson_id: str) -> None:
    """The form, and the answer under it."""
    lesson.heading("try_pair")
    if not caching_form.offer_encoder(lesson_id):
        return
    st.markdown(t("caching.try_text"))
    key = f"{lesson_id}.try"
    with st.form(f"{key}.form", border=False):
        for name in ("first", "second"):
            example.word_until_typed(f"{key}.{name}", f"caching.try_{name}")
            st.text_input(t(f"caching.{name}"), key=f"{key}.{name}")
        st.form_submit_button(t("caching.compare"), key=f"{key}.run", on_click=_run, args=(key,))
    runs.show_problem(JOB, runs.status(JOB))
    runs.follow(JOB, lambda found: _draw(lesson_id, found))


def _run(key: str) -> None:
    said = {name: st.session_state.get(f"{key}.{name}") or "" for name in ("first", "second")}
    runs.start(JOB, lambda: SentencePair(**said))


def _draw(lesson_id: str, found: JobStatus | None) -> None:
    result = runs.result(found)
    if result is None:
        if runs.is_active(found):
            st.caption(clock.message(found, runs.events(found)) or t("clock.load_model"))
        return
    similarity = max(-1.0, min(result["similarity"], 1.0))
    threshold = float(st.session_state.get(f"{lesson_id}.threshold", FIRST.threshold))
    st.markdown(
        t("caching.alike", similarity=f"{similarity:.3f}", badge=badges.live().text)
        + t(f"caching.{'would' if similarity >= threshold else 'would_not'}",
            threshold=f"{threshold:.2f}")
    )  # fmt: skip
    for name in ("first", "second"):
        _read(name, result[name])


def _read(name: str, read: dict[str, Any]) -> None:
    unknown, n = read["tokens"].count("[UNK]"), len(read["tokens"])
    pieces = literal(" · ".join(read["tokens"]))
    st.markdown(t("caching.pieces", name=t(f"caching.{name}"), pieces=pieces))
    if unknown:
        st.caption(t("caching.not_read", unknown=unknown, n=n))
    if read["cut"]:
        st.caption(t("caching.cut", n=read["cut"]))
