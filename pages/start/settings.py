"""Settings: where things are kept, which models are here, what runs, language."""

import importlib.metadata
import os

import streamlit as st

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import Registry
from lesson_core.errors import LabError
from pages.ui import download, language, own_data, problems
from pages.ui.language import current, t
from pages.ui.plain_text import literal

SHOWN_VERSIONS = ("streamlit", "torch", "tokenizers", "safetensors", "plotly")


def delete(artefact_id: str) -> None:
    try:
        home.delete(artefact_id)
    except LabError as problem:
        st.session_state["settings.problem"] = problem


def model_row(usage: home.Usage) -> None:
    artefact = Registry.load().get(usage.id)
    with st.container(horizontal=True, vertical_alignment="center", key=f"model-{usage.id}"):
        with st.container(width="stretch", gap=None):
            st.markdown(f"**{literal(artefact.title[current()])}**")
            st.caption(f"{state_of(usage)} · {literal(artefact.what[current()])}")
            terms = t(
                "settings.licence", licence=artefact.license, attribution=artefact.attribution
            )
            st.caption(literal(terms))
        if not usage.ready:
            st.button(
                t("download.get", title=artefact.title[current()], megabytes=mega(artefact.bytes)),
                key=f"settings.get.{usage.id}", on_click=download.fetch, args=(usage.id,),
            )  # fmt: skip
        if not usage.bundled and usage.bytes + usage.partial_bytes:
            delete_button(usage, artefact.title[current()])


def delete_button(usage: home.Usage, title: str) -> None:
    with st.popover(t("settings.delete"), key=f"settings.delete.{usage.id}"):
        size = mega(usage.bytes + usage.partial_bytes)
        st.markdown(t("settings.delete_confirm", title=literal(title), megabytes=size))
        st.caption(t("settings.delete_in_use"))
        st.button(t("settings.delete"), key=f"settings.sure.{usage.id}", type="primary",
                  on_click=delete, args=(usage.id,))  # fmt: skip


def state_of(usage: home.Usage) -> str:
    if usage.bundled:
        return t("settings.bundled")
    if usage.ready:
        return t("settings.ready", megabytes=mega(usage.bytes))
    if usage.partial_bytes:
        return t("settings.partial", megabytes=mega(usage.partial_bytes))
    return t("settings.missing", megabytes=mega(Registry.load().get(usage.id).bytes))


def mega(count: int) -> int:
    return round(count / 1e6)


st.title(t("settings.title"), anchor=False)
st.markdown(t("settings.lead"))

st.header(t("settings.models"), anchor="models")
if os.environ.get("LAB_OFFLINE") == "1":
    st.caption(t("settings.offline"))
problem = st.session_state.pop("settings.problem", None)
if problem is not None:
    problems.show(problem)
for row in home.usage():
    model_row(row)

st.header(t("settings.folder"), anchor="folder")
st.code(str(home.lab_home()), language=None)
st.caption(t("settings.folder_note"))

own_data.show()

st.header(t("settings.language"), anchor="appearance")
language.choice()
st.caption(t("settings.appearance_note"))

st.header(t("settings.versions"), anchor="versions")
st.caption(" · ".join(f"{name} {importlib.metadata.version(name)}" for name in SHOWN_VERSIONS))
