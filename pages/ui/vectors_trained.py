"""Vectors learnt from nothing: a text, Word2Vec or FastText, a word's neighbours epoch by epoch."""

from typing import Any, cast

import streamlit as st

from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.vectors import Corpus, Learner, TrainVectors
from pages.ui import badges, clock, lesson, runs, vectors_words
from pages.ui.language import current, t
from pages.ui.plain_text import literal
from pages.ui.xy_chart import Axis, Chart, Series, xy_chart

JOB = "train_vectors"
CORPORA: tuple[Corpus, ...] = ("en", "zh", "own")
LEARNERS: dict[Learner, str] = {"word2vec": "Word2Vec", "fasttext": "FastText"}
EPOCHS = (8, 16, 32, 64)


def show(lesson_id: str) -> None:
    """The form; the curves grow while it learns; then the map and what it cannot know."""
    lesson.heading("from_nothing")
    st.markdown(t("vectors.train_text"))
    _form(f"{lesson_id}.train")
    runs.show_problem(JOB, runs.status(JOB))

    def draw(found: JobStatus | None) -> None:
        xy_chart(key=f"{lesson_id}.train.chart", chart=_chart(found))
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.train.stop", on_click=runs.cancel,
                      args=(JOB,))  # fmt: skip

    runs.follow(JOB, draw, every=0.5)
    found = runs.status(JOB)
    result = runs.result(found)
    if result is not None:
        _told(lesson_id, result)


def _form(key: str) -> None:
    names = {corpus: t(f"vectors.corpus_{corpus}") for corpus in CORPORA}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        corpus = st.segmented_control(
            t("vectors.corpus"), CORPORA, default=cast(Corpus, current()), key=f"{key}.corpus",
            required=True, format_func=names.__getitem__,
        )  # fmt: skip
        st.segmented_control(
            t("vectors.learner"), list(LEARNERS), default="word2vec", key=f"{key}.learner",
            required=True, format_func=LEARNERS.__getitem__, help=t("vectors.learner_note"),
        )  # fmt: skip
        st.select_slider(t("vectors.epochs"), EPOCHS, 16, key=f"{key}.epochs", width=160)
        st.text_input(t("vectors.watched"), key=f"{key}.word", placeholder="cache", width=130)
    if corpus == "own":
        st.text_area(t("vectors.own_corpus"), key=f"{key}.text", height=160)
    busy = runs.is_active(runs.status(JOB))
    st.button(t("vectors.train"), key=f"{key}.run", type="primary", disabled=busy,
              help=t("machine.busy") if busy else None,
              on_click=runs.start, args=(JOB, lambda: _spec(key)))  # fmt: skip


def _spec(key: str) -> TrainVectors:
    state = st.session_state
    corpus = cast(Corpus, state.get(f"{key}.corpus") or "en")
    word = str(state.get(f"{key}.word") or "").strip()
    return TrainVectors(
        corpus=corpus, text=str(state.get(f"{key}.text") or "") if corpus == "own" else "",
        learner=cast(Learner, state.get(f"{key}.learner") or "word2vec"),
        epochs=int(state.get(f"{key}.epochs") or 16),
        word=word or ("cache" if corpus != "own" else ""),
    )  # fmt: skip


def _chart(found: JobStatus | None) -> Chart:
    told = runs.data(found, "epoch")
    latest = told[-1]["neighbours"] or [] if told else []
    lines: dict[str, list[tuple[float, ...]]] = {word: [] for word, _ in latest}
    for detail in told:
        for word, cosine in detail["neighbours"] or []:
            if word in lines:
                lines[word].append((detail["epoch"], cosine))
    return Chart(
        title=t("vectors.train_chart"), height=240, badges=[badges.live()] if told else [],
        x=Axis(label=t("vectors.epoch"), range=(0.0, told[-1]["of"] if told else 16.0),
               zero=False, name=t("vectors.epoch")),
        y=Axis(label=t("vectors.cosine"), range=(0.0, 1.0)), message=_message(found, told),
        series=[Series(label=word, points=points, role="decode")
                for word, points in lines.items()],
    )  # fmt: skip


def _message(found: JobStatus | None, told: list[dict[str, Any]]) -> str:
    result = runs.result(found)
    if result is not None:
        return t("vectors.trained", tokens=result["tokens"], words=result["words"],
                 word=result["word"])  # fmt: skip
    if told and told[-1]["neighbours"] is None:
        return t("vectors.watched_unknown")
    return clock.message(found, runs.events(found)) or t("vectors.train_idle")


def _told(lesson_id: str, result: dict[str, Any]) -> None:
    unseen = result["unseen"]
    near, strange = st.columns(2)
    with near:
        st.markdown(t("vectors.near", word=literal(result["word"])))
        if result["neighbours"]:
            vectors_words.near_table(result["neighbours"])
        else:
            st.caption(t("vectors.watched_unknown"))
    with strange:
        st.markdown(t("vectors.near", word=literal(unseen["word"])))
        if unseen["neighbours"]:
            vectors_words.near_table(unseen["neighbours"])
        st.caption(t("vectors.unseen_pieces" if unseen["neighbours"] else "vectors.unseen_none"))
    if result["order"]:
        one, other = map(literal, result["order"]["texts"])
        st.markdown(t("vectors.backwards", one=one, other=other,
                      difference=f"{result['order']['difference']:g}"))  # fmt: skip
    vectors_words.draw_map(f"{lesson_id}.train.map", result["map"])
