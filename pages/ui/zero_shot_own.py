"""Classes and texts of the learner's own, in four wordings of the same question."""

import streamlit as st

from lesson_core.schema import han
from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.zero_shot import OwnZeroShot, read_labels, read_texts
from pages.ui import caching_form, clock, example, lesson, running, runs, zero_shot_grid
from pages.ui.language import t

JOB = "zero_shot_own"
FIELDS = {"texts": 150, "labels": 150}  # pixels
PRESETS = {
    "topics": {"texts": "default_texts", "labels": "default_labels"},
    "moods": {"texts": "moods_texts", "labels": "moods_labels"},
    "chinese": {
        "texts": "chinese_texts", "labels": "chinese_labels", "template": "chinese_template",
    },
    "numbers": {"texts": "default_texts", "labels": "numbers_labels"},
}  # fmt: skip
FIRST = "topics"


def show(lesson_id: str) -> None:
    """The form, and the answers under it."""
    lesson.heading("own_classes")
    if not caching_form.offer_encoder(f"{lesson_id}.own"):
        return
    st.markdown(t("zero_shot.own_text"))
    key = f"{lesson_id}.own"
    names = {name: t(f"zero_shot.preset_{name}") for name in PRESETS}
    st.segmented_control(
        t("zero_shot.preset"), list(PRESETS), default=FIRST, key=f"{key}.preset", required=True,
        format_func=names.__getitem__, on_change=_preset, args=(key,),
    )  # fmt: skip
    _defaults(key)
    with st.form(f"{key}.form", border=False):
        for column, (name, height) in zip(st.columns(2), FIELDS.items(), strict=True):
            column.text_area(t(f"zero_shot.{name}"), key=f"{key}.{name}", height=height)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(t("zero_shot.template"), key=f"{key}.template")
            st.form_submit_button(t("zero_shot.own_run"), key=f"{key}.run", type="primary",
                                  on_click=_run, args=(key,))  # fmt: skip
    runs.show_problem(JOB, runs.status(JOB))

    def draw(found: JobStatus | None) -> None:
        result = runs.result(found)
        if result is not None:
            zero_shot_grid.show(lesson_id, result)
        elif runs.is_active(found):
            st.caption(clock.message(found, runs.events(found)) or t("clock.embed"))
            st.button(t("clock.stop"), key=f"{key}.stop", on_click=runs.cancel, args=(JOB,))

    runs.follow(JOB, draw)
    st.caption(t("zero_shot.model_note", model=running.title()))


def _defaults(key: str) -> None:
    """Examples in the learner's language, until something else is typed."""
    for field, name in _words(st.session_state.get(f"{key}.preset")).items():
        example.word_until_typed(f"{key}.{field}", f"zero_shot.{name}")


def _preset(key: str) -> None:
    for field, name in _words(st.session_state[f"{key}.preset"]).items():
        st.session_state[f"{key}.{field}"] = t(f"zero_shot.{name}")


def _words(preset: str | None) -> dict[str, str]:
    """The key of each field's example."""
    return {"template": "default_template", **PRESETS[preset or FIRST]}


def _run(key: str) -> None:
    said = {name: st.session_state.get(f"{key}.{name}") or "" for name in (*FIELDS, "template")}
    runs.start(JOB, lambda: OwnZeroShot(
        recipe=running.recipe(), texts=read_texts(said["texts"]),
        labels=read_labels(said["labels"]), template=said["template"].strip(),
        lang=han.language(said["labels"]),
    ))  # fmt: skip
