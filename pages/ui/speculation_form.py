"""What the speculative lesson asks for: who drafts, how many tokens, and the prompt."""

from dataclasses import replace
from typing import cast

import streamlit as st

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import DEFAULT, Registry
from lesson_core.schema.recipe import Drafting
from lesson_core.schema.specs import Speculation
from pages.ui import running, runs
from pages.ui.language import t

DRAFTERS = ("lookup", "skip", "model")
GAMMA, MOST = 8, 15


def ask(lesson_id: str, job: str) -> None:
    """Drafter, γ, the prompt, and Run."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        drafter = st.segmented_control(
            t("speculative.drafter"), DRAFTERS, default="lookup", required=True,
            format_func=lambda name: t(f"speculative.by_{name}"), key=f"{lesson_id}.drafter",
        )  # fmt: skip
        st.slider(t("speculative.gamma"), 1, MOST, GAMMA, key=f"{lesson_id}.gamma", width=220)
        if drafter == "skip":
            layers = running.config().n_layers
            st.number_input(t("speculative.skip"), 1, layers - 1, max(1, layers // 6),
                            key=f"{lesson_id}.skip.{layers}", width=170)  # fmt: skip
        elif drafter == "model":
            st.selectbox(t("speculative.model"), _drafts(), format_func=running.title,
                         key=f"{lesson_id}.model", width=240)  # fmt: skip
    with st.form(f"{lesson_id}.ask", border=False):
        chat = running.model().chat
        first = t("speculative.prompt" if chat else "speculative.prompt_bundled")
        st.text_area(t("clock.prompt"), first, key=f"{lesson_id}.prompt.{chat}", height=92,
                     label_visibility="collapsed", max_chars=4000)  # fmt: skip
        st.form_submit_button(t("clock.run"), key=f"{lesson_id}.run", type="primary",
                              shortcut="Mod+Enter", on_click=_run,
                              args=(lesson_id, job, chat))  # fmt: skip


def _drafts() -> list[str]:
    """Models that may draft; the one made for the default model comes first where that answers."""
    ready = [a for a in Registry.load().all() if home.is_ready(a.id)]
    made = [a.id for a in ready if a.kind == "draft" and running.model_id() == DEFAULT]
    return made + [a.id for a in ready if a.kind == "language_model"]


def _run(lesson_id: str, job: str, chat: bool) -> None:
    state = st.session_state
    runs.start(
        job,
        lambda: Speculation(
            recipe=replace(
                running.recipe(),
                drafting=cast(Drafting, state.get(f"{lesson_id}.drafter") or "lookup"),
                draft_tokens=int(state.get(f"{lesson_id}.gamma") or GAMMA),
                skip_layers=int(state.get(f"{lesson_id}.skip.{running.config().n_layers}") or 0),
                draft_model=state.get(f"{lesson_id}.model") or "",
            ),
            prompt=state.get(f"{lesson_id}.prompt.{chat}") or "",
            chat=chat,
        ),
    )
