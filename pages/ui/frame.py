"""The frame round every page: navigation, what is running, language, share link, keys."""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from lesson_core.learn import catalogue
from lesson_core.learn.course.entry import Lesson
from pages.ui import download, language, picker, problems, report, share
from pages.ui import lesson as lesson_frame
from pages.ui.language import t

WIDTH = 940  # pixels: a line of text stays readable, the clock has room
ROOT = Path(__file__).parents[2]
STYLE = ROOT / "assets" / "components" / "frame.css"
CHINESE = STYLE.with_name("zh.css")
ICON = STYLE.with_name("icon.png")
WORDMARK = STYLE.with_name("wordmark.svg")


def draw() -> None:
    """Choose the page from the catalogue, draw the frame, run the page."""
    language.settle()
    pages = {lesson.id: _page(lesson) for lesson in catalogue.LESSONS}
    pages["settings"] = st.Page(
        ROOT / "pages/start/settings.py", title=t("settings.nav"), url_path="settings"
    )
    sections = {
        t(f"sections.{section}"): [pages[lesson.id] for lesson in catalogue.in_section(section)]
        for section in catalogue.SECTIONS
    }
    pages["practice"] = st.Page(
        ROOT / "pages/practice/quiz.py", title=t("practice.nav"), url_path="practice"
    )
    pages["workbench"] = st.Page(
        ROOT / "pages/practice/workbench.py", title=t("workbench.nav"), url_path="workbench"
    )
    pages["interview"] = st.Page(
        ROOT / "pages/practice/interview.py", title=t("interview.nav"), url_path="interview"
    )
    pages["spot"] = st.Page(
        ROOT / "pages/practice/spot_the_bug.py", title=t("spot.nav"), url_path="spot-the-bug"
    )
    pages["progress"] = st.Page(
        ROOT / "pages/practice/progress.py", title=t("progress.nav"), url_path="progress"
    )
    sections[t("sections.practice")] = [
        pages[name] for name in ("practice", "interview", "workbench", "spot", "progress")
    ]
    pages["runs"] = st.Page(ROOT / "pages/lab/runs.py", title=t("saved.nav"), url_path="runs")
    sections[t("sections.lab")] = [pages["runs"], pages["settings"]]
    st.logo(WORDMARK, size="large")
    here = st.navigation(sections, expanded=True)
    st.html(STYLE)
    if language.current() == "zh":
        st.html(CHINESE)
    with st.container(width=WIDTH, key="frame"):
        with st.container(horizontal=True, horizontal_alignment="right",
                          vertical_alignment="center", key="frame-top"):  # fmt: skip
            if here.url_path in {lesson.url_path for lesson in catalogue.LESSONS}:
                lesson_frame.answers_first_switch()
            picker.badge()
            language.switch()
            share.button()
        # Always a container, filled or not: what comes and goes here must not remount the page.
        with st.container(key="frame-notes"):
            download.offer()
            _store_problem()
        here.run()
        _neighbours(pages, here.url_path)
        report.page(here.url_path or "home")


def _page(lesson: Lesson) -> Page:
    return st.Page(
        ROOT / lesson.path,
        title=t(f"lessons.{lesson.id}.nav"),
        url_path=lesson.url_path or None,
        default=lesson.id == "home",
        help=t(f"lessons.{lesson.id}.title"),
    )


def _neighbours(pages: dict[str, Page], url_path: str) -> None:
    """Previous and next lesson, also on the keys P and N."""
    here = next((one for one in catalogue.LESSONS if one.url_path == url_path), None)
    if here is None:
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", key="frame-neighbours"):
        _step(pages, catalogue.previous_of(here.id), "previous", "P")
        _step(pages, catalogue.next_of(here.id), "next", "N")


def _step(pages: dict[str, Page], lesson: Lesson | None, direction: str, key: str) -> None:
    if lesson is None:
        return
    label = t(f"frame.{direction}", title=t(f"lessons.{lesson.id}.nav"))
    if st.button(label, key=f"frame.{direction}", shortcut=key, type="tertiary"):
        st.switch_page(pages[lesson.id])


def _store_problem() -> None:
    problem = st.session_state.get("store_problem")
    if problem is not None:
        problems.show(problem)
