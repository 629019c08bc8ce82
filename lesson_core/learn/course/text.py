"""The course's own prose as one text, for learning word vectors from."""

import re
from functools import cache

from lesson_core.learn import catalogue, content
from lesson_core.schema.han import RANGE

LEFT_OUT = re.compile(r"\{[^}]*\}|\]\([^)]*\)|`[^`]*`|[*#|]")
HAN = re.compile(f"[{RANGE}]+")


@cache
def course(lang: str) -> str:
    """All lessons of a language without code, links and placeholders; no Chinese in the English."""
    sections = (
        text for entry in catalogue.LESSONS for text in content.sections(entry.id, lang).values()
    )
    plain = LEFT_OUT.sub(" ", "\n".join(sections))
    return plain if lang == "zh" else HAN.sub(" ", plain)
