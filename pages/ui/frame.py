"""The frame round every page: navigation, what is running, language, share link, keys."""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from lesson_core.learn import catalogue
from pages.ui import download, language, picker, problems, share
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
        t(f"sections.{section}"): [
            pages[lesson.id] for lesson in catalogue.LESSONS if lesson.section == section
        ]
        for section in catalogue.SECTIONS
    }
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
            if here.url_path not in ("settings", "runs"):
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


def _page(lesson: catalogue.Lesson) -> Page:
    return st.Page(
        ROOT / lesson.path,
        title=t(f"lessons.{lesson.id}.nav"),
        url_path=lesson.url_path or None,
        default=lesson.id == "home",
        help=t(f"lessons.{lesson.id}.title"),
    )


def _neighbours(pages: dict[str, Page], url_path: str) -> None:
    """Previous and next lesson, also on the keys P and N."""
    order = [lesson.id for lesson in catalogue.LESSONS]
    path = {lesson.url_path: lesson.id for lesson in catalogue.LESSONS}
    if url_path not in path:
        return
    place = order.index(path[url_path])
    with st.container(horizontal=True, horizontal_alignment="distribute", key="frame-neighbours"):
        if place > 0:
            _step(pages, order[place - 1], "previous", "P")
        if place + 1 < len(order):
            _step(pages, order[place + 1], "next", "N")


def _step(pages: dict[str, Page], lesson_id: str, direction: str, key: str) -> None:
    label = t(f"frame.{direction}", title=t(f"lessons.{lesson_id}.nav"))
    if st.button(label, key=f"frame.{direction}", shortcut=key, type="tertiary"):
        st.switch_page(pages[lesson_id])


def _store_problem() -> None:
    problem = st.session_state.get("store_problem")
    if problem is not None:
        problems.show(problem)
