"""What the learner said so far: as one file out, from one file in, and its copies."""

from datetime import UTC, datetime

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.store import exchange
from lesson_core.store.backups import Backups
from lesson_core.store.tables import LEARNER
from pages.ui import problems, saved
from pages.ui.language import t
from pages.ui.plain_text import literal


def show() -> None:
    """Count, export, import, copies. Without a store, the sentence that says why."""
    st.header(t("settings.data"), anchor="data")
    try:
        count = len(saved.store().answers.all(learner=LEARNER))
        backups = saved.store().backups
    except LabError as problem:
        problems.show(problem)
        return
    st.markdown(t("settings.data_note", count=f"{count:,}"))
    st.download_button(
        t("settings.export"), _file, file_name=f"llm-speed-lab-{datetime.now(UTC):%Y-%m-%d}.json",
        mime="application/json", key="settings.export", on_click="ignore",
    )  # fmt: skip
    _reading_in()
    _copies(backups)


def _file() -> str:
    return exchange.export(saved.store(), LEARNER)


def _reading_in() -> None:
    with st.form("settings.import", border=False, clear_on_submit=True):
        file = st.file_uploader(t("settings.import"), type="json", key="settings.file",
                                max_upload_size=exchange.LONGEST // 2**20)  # fmt: skip
        if not st.form_submit_button(t("settings.import_now")) or file is None:
            return
    try:
        found = exchange.read(file.getvalue())
        backups = saved.store().backups
        if backups is not None:
            backups.take(datetime.now(UTC))
        new = exchange.merge(saved.store(), found, LEARNER)
        for key in ("said", "practice.interview", "practice.shown"):
            st.session_state.pop(key, None)  # read again where it is needed
    except LabError as problem:
        problems.show(problem)
        return
    st.success(t("settings.imported", new=f"{new:,}", known=f"{len(found.answers) - new:,}"))


def _copies(backups: Backups | None) -> None:
    if backups is None:
        st.caption(t("settings.server_backups"))
        return
    copies = backups.all()
    if not copies:
        st.caption(t("settings.no_backups"))
        return
    newest = copies[-1]
    when = f"{datetime.fromtimestamp(newest.stat().st_mtime):%Y-%m-%d %H:%M}"
    note = t("settings.backups_note", count=len(copies), folder=literal(str(backups.folder)),
             when=when, name=newest.name)  # fmt: skip
    st.caption(note)
