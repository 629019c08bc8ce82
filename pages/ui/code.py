"""The code that just ran, shown only if it is the code that ran."""

import streamlit as st

from lesson_core.learn import catalogue
from lesson_core.schema.events import Event
from lesson_core.source import shown
from pages.ui import lesson
from pages.ui.language import t


def show(lesson_id: str, events: list[Event]) -> None:
    """The lesson's functions by file and name; text that does not match the run is refused."""
    lesson.heading("code")
    ran = _fingerprints(events)
    st.caption(t("code.matches") if ran else t("code.not_run_yet"))
    for path, name in catalogue.lesson(lesson_id).shown:
        source = shown(path, name)
        st.markdown(f"`{path}` · `{name}`")
        reported = ran.get(f"{path}:{name}")
        if reported is not None and reported != source.fingerprint:
            st.warning(t("code.changed"), icon=":material/info:")
        else:
            st.code(source.text, language="python")


def _fingerprints(events: list[Event]) -> dict[str, str]:
    ran: dict[str, str] = {}
    for event in events:
        if event.stage == "code":
            ran.update(event.detail["functions"])
    return ran
