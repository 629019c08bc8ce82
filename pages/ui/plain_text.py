"""Learner, model and tokenizer text inside Markdown: shown as typed, never interpreted."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&])")


def shortened(text: str, most: int) -> str:
    """The first `most` characters, and a sign that there are more."""
    return text if len(text) <= most else f"{text[:most]} …"


def literal(text: str) -> str:
    """Escape everything that Markdown, LaTeX or Streamlit's directives would act on."""
    visible = text.replace("\x00", "␀")
    return _SPECIAL.sub(r"\\\1", visible)
