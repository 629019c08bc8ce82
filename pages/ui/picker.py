"""The badge that says what runs, and the picker behind it."""

import sys
from pathlib import Path

import streamlit as st

from lesson_core.artefacts import home
from lesson_core.schema.recipe import Recipe
from pages.ui import running
from pages.ui.language import t

PRECISIONS = ("auto", "fp32", "bf16", "fp16", "int8", "int4")
DEVICES = ("auto", "cpu", "cuda", "mps")


@st.fragment
def badge() -> None:
    """“running SmolLM2-135M · fp32 · 2 cores”, and the picker behind “change”.

    A fragment: opening it or choosing a precision changes nothing else on the page, so nothing
    else reruns. Another model does: offers, default prompts and badges speak of it. The words
    stand beside the popover, not in its label: Streamlit closes a popover whose label changes.
    """
    if st.session_state.pop("recipe.model_changed", False):
        st.rerun()
    with st.container(horizontal=True, horizontal_alignment="right", gap="small",
                      vertical_alignment="center", key="frame-words"):  # fmt: skip
        st.caption(_words(running.recipe()), width="content")
        # Drawn only while open: its widgets would cost every rerun of every page.
        box = st.popover(t("running.change"), key="frame.running", type="tertiary",
                         on_change="rerun")  # fmt: skip
    if box.open:
        with box:
            picker()


def _words(now: Recipe) -> str:
    precision = _precision_words(now) if now.precision == "auto" else now.precision
    where = t("running.cores", count=now.threads or running.cores())
    if now.device not in ("auto", "cpu"):
        where = now.device.upper()
    return t("running.badge", model=running.title(), precision=precision, where=where)


def _precision_words(now: Recipe) -> str:
    """“fp32” where auto must mean that; “auto” where a GPU may choose otherwise in the worker."""
    gpu = Path("/proc/driver/nvidia").exists() or sys.platform != "linux"
    on_cpu = now.device == "cpu" or (now.device == "auto" and not gpu)
    return t("running.auto_precision" if on_cpu else "running.auto")


def picker() -> None:
    """Choose what runs. Every choice is checked again in the worker."""
    ready = [artefact.id for artefact in running.models() if home.is_ready(artefact.id)]
    st.session_state.setdefault("recipe.model", running.model_id())
    if st.session_state["recipe.model"] not in ready:
        st.session_state["recipe.model"] = running.model_id()
    titles = {artefact_id: running.title(artefact_id) for artefact_id in ready}
    devices = {name: t(f"running.device_{name}") for name in DEVICES}
    precisions = {name: t("running.auto") if name == "auto" else name for name in PRECISIONS}
    st.selectbox(
        t("running.model"), ready, key="recipe.model", persist_state="session",
        format_func=titles.__getitem__, on_change=_model_changed,
    )  # fmt: skip
    st.segmented_control(
        t("running.device"), DEVICES, default="auto", key="recipe.device", required=True,
        persist_state="session", format_func=devices.__getitem__,
    )  # fmt: skip
    st.segmented_control(
        t("running.precision"), PRECISIONS, default="auto", key="recipe.precision",
        required=True, persist_state="session", format_func=precisions.__getitem__,
    )  # fmt: skip
    st.slider(
        t("running.threads"), 0, running.cores(), 0, key="recipe.threads", persist_state="session",
        help=t("running.threads_note"),
    )  # fmt: skip
    st.caption(t("running.picker_note"))


def _model_changed() -> None:
    st.session_state["recipe.model_changed"] = True
