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
    blocks, changed = [], []
    for path, name in catalogue.lesson(lesson_id).shown:
        source = shown(path, name)
        if ran.get(f"{path}:{name}", source.fingerprint) == source.fingerprint:
            blocks.append(f"# {path}\n{source.text}")
        else:
            changed.append(f"`{path}` · `{name}`")
    if changed:
        st.warning(t("code.changed", names=", ".join(changed)), icon=":material/info:")
    st.code("\n\n".join(blocks), language="python")


def _fingerprints(events: list[Event]) -> dict[str, str]:
    ran: dict[str, str] = {}
    for event in events:
        if event.stage == "code":
            ran.update(event.detail["functions"])
    return ran
