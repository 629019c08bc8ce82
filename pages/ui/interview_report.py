"""After an interview: what went well, what to look at again, every answer beside the right one."""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from lesson_core.learn import catalogue
from lesson_core.learn.interview import report, written
from lesson_core.learn.interview.log import Sitting
from lesson_core.learn.interview.report import Row, Topic
from pages.ui import interview_desk, interview_row
from pages.ui.language import current, t


def show(sitting: Sitting) -> None:
    """Head, topics, the file to take along, then question by question."""
    now, lang = datetime.now(UTC), current()
    found = report.rows(sitting, lang)
    st.markdown(written.head(sitting, now, lang))
    _topics(found, sitting)
    with st.container(horizontal=True, vertical_alignment="center", key="interview-take"):
        st.download_button(
            t("interview.download"), lambda: written.markdown(sitting, now, lang),
            file_name=f"interview-{sitting.begun:%Y-%m-%d}.md", mime="text/markdown",
            key="interview.download", on_click="ignore",
        )  # fmt: skip
        st.button(t("interview.again"), key="interview.again", type="tertiary",
                  on_click=interview_desk.turn_to, args=("",))  # fmt: skip
    st.caption(f"{t('interview.counts')}  \n{t('interview.print_note')}")
    if not found:
        return
    st.header(t("interview.by_question"), anchor="questions")
    for row in found:
        interview_row.show(sitting, row)
    left = len(sitting.items) - len(sitting.replies)
    if left:
        st.caption(t("interview.not_asked", count=left))


def _topics(found: Sequence[Row], sitting: Sitting) -> None:
    told = report.topics(found, sitting.wish.level)
    good, weak = report.strengths(told), report.gaps(told)
    if not good and not weak:
        st.markdown(t("interview.nothing_judged"))
        return
    for key, topics in (("strengths", good), ("gaps", weak)):
        if topics:
            st.header(t(f"interview.{key}"), anchor=key)
            for topic in topics:
                _topic(topic)


def _topic(topic: Topic) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"topic-{topic.name}"):
        st.markdown(f"{topic.name} · {written.points(topic, current())}", width="stretch")
        for lesson in topic.lessons:
            entry = catalogue.lesson(lesson)
            st.page_link(interview_desk.ROOT / entry.path, label=t(f"lessons.{lesson}.nav"),
                         icon=":material/arrow_forward:")  # fmt: skip
