"""One question of a report: asked, said, right, why, and the learner's own rating."""

import streamlit as st

from lesson_core.learn import catalogue
from lesson_core.learn.interview import asked, written
from lesson_core.learn.interview.log import Sitting
from lesson_core.learn.interview.report import Row
from lesson_core.schema.question import LEVELS
from pages.ui import card_words, interview_desk
from pages.ui.language import t
from pages.ui.plain_text import literal

ICONS = {
    "right": ":material/check:", "wrong": ":material/close:", "skipped": ":material/remove:",
    "rated": ":material/edit:", "unrated": ":material/edit:",
}  # fmt: skip


def show(sitting: Sitting, row: Row) -> None:
    """A card per question."""
    with st.container(border=True, key=f"row-{row.n}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{row.n + 1} · {row.topic} · {row.level}", width="stretch")
            st.caption(written.clock(row.seconds), width="content")
        st.markdown(row.ask)
        if row.table:
            lines = [f"| {name} | {a} | {b} |" for name, a, b in row.table]
            st.markdown("\n".join([t("interview.table_head"), "|---|--:|--:|", *lines]))
        st.markdown(f"{ICONS[row.outcome]} **{t(f'interview.outcome.{row.outcome}')}**")
        _own(t("interview.whiteboard"), row.note)
        _own(t("interview.yours"), row.mine)
        if row.diagnosis:
            st.markdown(row.diagnosis)
        if row.right and row.outcome != "right":
            if row.rubric:
                st.markdown(f"**{t('card.model_answer')}**\n\n{row.right}")
            else:
                st.markdown(f"**{t('interview.right')}** · {row.right}")
        if row.why:
            st.markdown(row.why)
        if row.rubric:
            _rating(sitting, row)
        question = asked.question(row.item)
        if question is not None:
            card_words.sources(question)
        entry = catalogue.lesson(row.lesson)
        st.page_link(interview_desk.ROOT / entry.path, label=t(f"lessons.{row.lesson}.title"),
                     icon=":material/arrow_forward:")  # fmt: skip


def _own(label: str, text: str) -> None:
    """The learner's words, shown as typed: a short one in the line, a long one as a block."""
    if not text:
        return
    if "\n" in text or len(text) > 80:
        st.markdown(f"**{label}**")
        st.code(text, language=None, wrap_lines=True)
    else:
        st.markdown(f"**{label}** · {literal(text)}")


def _rating(sitting: Sitting, row: Row) -> None:
    """What each level says; the learner says how far the own answer went, once."""
    st.markdown("\n".join(f"- **{level}** {text}" for level, text in row.rubric.items()))
    if row.rated:
        st.markdown(t("interview.rated_as", level=row.rated))
    elif row.outcome == "unrated":
        key = f"{interview_desk.key(sitting, row.n)}.level"
        st.segmented_control(t("interview.rate"), LEVELS, key=key, on_change=_rate,
                             args=(sitting, row.n, key))  # fmt: skip


def _rate(sitting: Sitting, n: int, key: str) -> None:
    level = st.session_state[key]
    if level is not None:
        interview_desk.rate(sitting, n, level)
