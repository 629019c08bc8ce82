"""The lab's own Streamlit components: plain files, read once and registered at import.

A component `name` is `assets/components/name.{html,css,js}`. `shared.css` (the palette by meaning)
and `shared.js` come before its own, and so do the bundled scripts in a folder of its name. Every
word a component shows is handed to it as `labels`; text from learners, models and tokenizers enters
its page through textContent only.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from lesson_core.learn import words

FOLDER = Path(__file__).parents[2] / "assets" / "components"
NAMES = (
    "token_clock",
    "stage_flow",
    "number_line",
    "gap_split",
    "distribution",
    "attention_map",
    "census",
    "roofline_view",
    "xy_chart",
    "ladder",
    "draft_tokens",
    "scheme_rows",
    "gantt",
    "kv_board",
    "stage_times",
    "share_rows",
    "heat_grid",
    "countdown",
    "editor",
)


@cache
def component(name: str) -> Callable[..., Any]:
    """The mount function of a component; raises FileNotFoundError for an unknown name."""
    return st.components.v2.component(
        f"lab_{name}",
        html=_read(f"{name}.html"),
        css=_read("shared.css") + _read(f"{name}.css"),
        js=_read("shared.js") + _bundled(name) + _read(f"{name}.js"),
    )


def language() -> str:
    """`en` or `zh`, as the frame settled it."""
    chosen = st.session_state.get("lang")
    return chosen if chosen in words.LANGUAGES else "en"


def labels(name: str) -> dict[str, str]:
    """A component's words in the learner's language, their `{placeholders}` still open."""
    prefix = f"components.{name}."
    table = {key: words.keys("en")[key] for key in words.keys("en") if key.startswith(prefix)}
    table |= {key: text for key, text in words.keys(language()).items() if key.startswith(prefix)}
    return {key.removeprefix(prefix): text for key, text in table.items()}


def mount(name: str, *, key: str, data: dict[str, Any], **callbacks: Callable[[], None]) -> Any:
    """Draw component `name` with `data`, the learner's language and its words added."""
    whole = {"lang": language(), "labels": labels(name), **data}
    return component(name)(key=key, data=whole, **callbacks)


def _bundled(name: str) -> str:
    scripts = sorted((FOLDER / name).glob("*.min.js"))
    return "".join(_read(f"{name}/{script.name}") for script in scripts)


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8") + "\n"


for _name in NAMES:
    if (FOLDER / f"{_name}.js").exists():
        component(_name)
