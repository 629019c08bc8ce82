"""Learner, model and tokenizer text inside Markdown: shown as typed, never interpreted."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&])")


def literal(text: str) -> str:
    """Escape everything that Markdown, LaTeX or Streamlit's directives would act on."""
    visible = text.replace("\x00", "␀")
    return _SPECIAL.sub(r"\\\1", visible)
