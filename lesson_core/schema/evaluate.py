"""The spec of the evaluation lesson, and how a pasted text is cut into pieces."""

import re
from dataclasses import dataclass

from lesson_core.errors import LabError
from lesson_core.schema.checks import check_range
from lesson_core.schema.recipe import Recipe

MOST_CHARS, MOST_PIECES = 20_000, 200
ENDS = re.compile(r"(?<=[.!?。！？])\s*")


@dataclass(frozen=True, kw_only=True)
class Evaluate:
    """Job `evaluate`: one text under one model, whole and in batches of `rows` pieces.

    `seconds` bounds the reading; what was read by then is scored.
    """

    recipe: Recipe
    text: str
    rows: int = 4
    dropout: float = 0.1
    seconds: float = 45.0

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise LabError("evaluate_empty")
        if len(self.text) > MOST_CHARS:
            raise LabError("evaluate_long", chars=len(self.text), limit=MOST_CHARS)
        check_range("rows", self.rows, 1, 16)
        check_range("dropout", self.dropout, 0.01, 0.5)
        check_range("seconds", self.seconds, 1, 100)


def pieces(text: str) -> list[str]:
    """The lines of a text; of one line its sentences. What is empty is left out."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        lines = [part.strip() for part in ENDS.split(lines[0]) if part.strip()]
    return lines[:MOST_PIECES]
