"""Getting a model while the lab already runs: the offer, its progress, the switch-over."""

import streamlit as st

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import DEFAULT, FALLBACK, Registry
from lesson_core.schema.specs import FetchModel
from pages.ui import running, runs
from pages.ui.language import current, t

JOB = "fetch_model"
CHINESE = "qwen3-0.6b"


def offer() -> None:
    """On the bundled model: say so and offer the real one. In Chinese: offer a Chinese one."""
    found = runs.status(JOB)
    if runs.is_active(found):
        _progress()
        return
    if found is not None and found.state == "done" and not st.session_state.get("fetch.used"):
        st.session_state["fetch.used"] = True
        if Registry.load().get(found.spec.artefact).kind == "language_model":
            st.session_state["recipe.model"] = found.spec.artefact
    runs.show_problem(JOB, found)
    if running.model_id() == FALLBACK:
        _offer(DEFAULT, "download.on_bundled")
    elif current() == "zh" and "zh" not in running.model().languages:
        _offer(CHINESE, "download.little_chinese")


def _offer(artefact_id: str, sentence: str) -> None:
    wanted = running.title(artefact_id)
    megabytes = round(Registry.load().get(artefact_id).bytes / 1e6)
    with st.container(horizontal=True, vertical_alignment="center", key="frame-offer"):
        st.caption(t(sentence, running=running.title(), wanted=wanted), width="stretch")
        if home.is_ready(artefact_id):
            st.button(t("download.use", title=wanted), key="download.use",
                      on_click=_use, args=(artefact_id,))  # fmt: skip
        else:
            st.button(t("download.get", title=wanted, megabytes=megabytes),
                      key="download.get", on_click=fetch, args=(artefact_id,))  # fmt: skip


def needed(artefact_id: str, key: str, sentence: str) -> bool:
    """Whether an artefact is here; where it is not, the sentence that says what for, and a button.

    `sentence` names a word with `{title}`.
    """
    if home.is_ready(artefact_id):
        return True
    artefact = Registry.load().get(artefact_id)
    title, megabytes = artefact.title[current()], round(artefact.bytes / 1e6)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t(sentence, title=title), width="stretch")
        st.button(t("download.get", title=title, megabytes=megabytes), key=key,
                  on_click=fetch, args=(artefact_id,))  # fmt: skip
    return False


def _use(artefact_id: str) -> None:
    st.session_state["recipe.model"] = artefact_id


def fetch(artefact_id: str) -> None:
    """Start a download as a background job."""
    st.session_state["fetch.used"] = False
    runs.start(JOB, lambda: FetchModel(artefact=artefact_id))


@st.fragment(run_every=0.5)
def _progress() -> None:
    found = runs.status(JOB)
    if not runs.is_active(found):
        st.rerun()
    steps = [e.detail for e in runs.events(found) if e.stage == "progress"]
    last = steps[-1] if steps else {"done": 0, "total": 0}
    share = min(last["done"] / last["total"], 1.0) if last["total"] else 0.0
    text = t("download.progress", done=round(last["done"] / 1e6), total=round(last["total"] / 1e6))
    with st.container(horizontal=True, vertical_alignment="center", key="frame-progress"):
        st.progress(share, text=text)
        st.button(t("frame.cancel"), key="download.cancel", on_click=runs.cancel, args=(JOB,))
