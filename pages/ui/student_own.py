"""Chinese sentences of the learner's own, read by the teacher, word by word, and by the student."""

from typing import Any

import streamlit as st

from lesson_core.schema.how_zero_shot import OwnStudent
from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.zero_shot import read_labels, read_texts
from lesson_core.theory.zero_shot import TEMPERATURE, answer
from pages.ui import badges, caching_form, clock, example, lesson, runs
from pages.ui.heat_grid import Cell, GridRow, heat_grid
from pages.ui.language import t
from pages.ui.plain_text import shortened
from pages.ui.student_carried import spelled

JOB = "student_own"
FIELDS = ("texts", "labels")
WAYS = ("teacher", "glosses", "student")
LONG = 60  # characters of a text that are shown


def show(lesson_id: str) -> None:
    """The form, and the answers under it."""
    lesson.heading("own_sentences")
    if not caching_form.offer_encoder(f"{lesson_id}.own"):
        return
    st.markdown(t("how_zero_shot.own_text"))
    key = f"{lesson_id}.own"
    with st.form(f"{key}.form", border=False):
        for column, name in zip(st.columns(2), FIELDS, strict=True):
            example.word_until_typed(f"{key}.{name}", f"how_zero_shot.default_{name}")
            column.text_area(t(f"zero_shot.{name}"), key=f"{key}.{name}", height=150)
        st.form_submit_button(t("how_zero_shot.own_run"), key=f"{key}.run", type="primary",
                              on_click=_run, args=(key,))  # fmt: skip
    runs.show_problem(JOB, runs.status(JOB))

    def draw(found: JobStatus | None) -> None:
        result = runs.result(found)
        if result is not None:
            _grid(lesson_id, result)
        elif runs.is_active(found):
            st.caption(clock.message(found, runs.events(found)) or t("clock.embed"))
            st.button(t("clock.stop"), key=f"{key}.stop", on_click=runs.cancel, args=(JOB,))

    runs.follow(JOB, draw)


def _run(key: str) -> None:
    said = {name: st.session_state.get(f"{key}.{name}") or "" for name in FIELDS}
    runs.start(JOB, lambda: OwnStudent(
        texts=read_texts(said["texts"]), labels=read_labels(said["labels"])
    ))  # fmt: skip


def _grid(lesson_id: str, result: dict[str, Any]) -> None:
    names = {way: t(f"how_zero_shot.way_{way}") for way in WAYS}
    way = st.segmented_control(
        t("how_zero_shot.reader"), WAYS, default="student", key=f"{lesson_id}.way",
        required=True, format_func=names.__getitem__,
    )  # fmt: skip
    unknown = result["unknown"][way]
    notes = {
        "teacher": [t("how_zero_shot.not_read", unknown=u, n=n) for u, n in unknown],
        "glosses": [spelled(one) for one in result["glosses"]],
        "student": [""] * len(unknown),
    }[way]
    one_way = result["ways"][way]
    rows = [
        _row(*line)
        for line in zip(result["texts"], one_way["scores"], one_way["shares"], notes, strict=True)
    ]
    heat_grid(
        key=f"{lesson_id}.grid", title=t("zero_shot.grid"), corner="", columns=result["labels"],
        rows=rows, extra=t("zero_shot.margin"), message=t("zero_shot.grid"),
        badges=[badges.live()],
    )  # fmt: skip
    st.caption(t("zero_shot.margin_note_likeness", temperature=f"{TEMPERATURE:g}"))
    changed = sum(
        answer(old).best != answer(new).best
        for old, new in zip(
            result["ways"]["teacher"]["scores"], result["ways"]["student"]["scores"], strict=True
        )
    )
    st.markdown(t("how_zero_shot.own_changed", changed=changed, n=len(rows)))
    if way == "glosses":
        st.caption(t("how_zero_shot.glosses_note"))


def _row(text: str, scores: list[float], shares: list[float], note: str) -> GridRow:
    found = answer(scores)
    cells = [
        Cell(text=f"{100 * share:.0f}", heat=share, mark=i == found.best)
        for i, share in enumerate(shares)
    ]
    label = shortened(text, LONG)
    return GridRow(label=label, note=note, cells=cells, extra=f"{found.margin:.3f}")
