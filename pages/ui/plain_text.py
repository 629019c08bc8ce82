"""Learner, model and tokenizer text inside Markdown: shown as typed, never interpreted."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&])")
_INDENT = re.compile(r"^(?: {4}| *\t)[ \t]*", re.MULTILINE)  # Markdown makes a block of it
_CONTROLS = {sign: 0x2400 + sign for sign in range(32) if chr(sign) not in "\t\n\r"}


def shortened(text: str, most: int) -> str:
    """The first `most` characters, and a sign that there are more."""
    return text if len(text) <= most else f"{text[:most]} …"


def visible(text: str) -> str:
    """Control signs as pictures (␛ for escape): a browser draws them as nothing or as a box."""
    return text.translate(_CONTROLS)


def literal(text: str) -> str:
    """Escape everything that Markdown, LaTeX or Streamlit's directives would act on."""
    level = _INDENT.sub(
        lambda found: "\N{NO-BREAK SPACE}" * len(found[0].expandtabs(4)), visible(text)
    )
    return _SPECIAL.sub(r"\\\1", level)
