"""The spec of the translation lesson."""

import re
from dataclasses import dataclass
from typing import Literal

from lesson_core.errors import LabError
from lesson_core.schema import han
from lesson_core.schema.checks import check_range

MOST_CHARS, MOST_BEAMS = 400, 8
LETTER = {"en": re.compile("[A-Za-z]"), "zh": han.CHARACTER}


@dataclass(frozen=True, kw_only=True)
class Translation:
    """Job `translation`: a sentence into the language `target`, by model and word by word."""

    text: str
    target: Literal["en", "zh"]
    beams: int = 4

    def __post_init__(self) -> None:
        check_translatable(self.text, self.target)
        check_range("beams", self.beams, 1, MOST_BEAMS)


def check_translatable(text: str, target: Literal["en", "zh"]) -> None:
    """LabError: translate_empty, translate_too_long, translate_not_en, translate_not_zh."""
    if not text.strip():
        raise LabError("translate_empty")
    if len(text) > MOST_CHARS:
        raise LabError("translate_too_long", chars=f"{len(text):,}", limit=MOST_CHARS)
    source = "en" if target == "zh" else "zh"
    if not LETTER[source].search(text):
        raise LabError(f"translate_not_{source}", text=text.strip()[:40])
