"""The prompt and its Run button; Enter runs, and so does Ctrl or Command with Enter."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lesson_core.learn import words
from pages.ui import example, running, runs
from pages.ui.language import current, t

DEFAULTS = (
    "clock.default_prompt", "clock.default_chinese", "clock.default_completion",
    "clock.default_bundled",
)  # fmt: skip


def default(completes: bool) -> str:
    """A first prompt that the chosen model can do something with."""
    model = running.model()
    if completes or not model.chat:
        return t("clock.default_completion" if model.chat else "clock.default_bundled")
    return t("clock.default_chinese" if _chinese(model.languages) else "clock.default_prompt")


def ask(
    lesson_id: str, job: str, make_spec: Callable[[str], Any], *, completes: bool = False
) -> None:
    """Draw the form; submitting it starts the job with the text as it stands.

    `completes`: the page continues a text even where the model could chat.
    """
    key = f"{lesson_id}.prompt"
    untouched = [words.t(lang, name) for name in DEFAULTS for lang in words.LANGUAGES]
    example.until_typed(key, untouched, default(completes))
    with (
        st.form(f"{lesson_id}.ask", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(t("clock.prompt"), key=key, label_visibility="collapsed",
                      persist_state="session")  # fmt: skip
        st.form_submit_button(
            t("clock.run" if running.model().chat else "clock.run_completion"),
            key=f"{lesson_id}.run", type="primary", shortcut="Mod+Enter",
            on_click=_run, args=(key, job, make_spec),
        )  # fmt: skip


def _run(key: str, job: str, make_spec: Callable[[str], Any]) -> None:
    text = st.session_state.get(key) or ""
    runs.start(job, lambda: make_spec(text))


def _chinese(languages: tuple[str, ...]) -> bool:
    return current() == "zh" and "zh" in languages
