"""The spec of the classification lesson."""

from dataclasses import dataclass
from typing import Literal

from lesson_core.errors import LabError
from lesson_core.schema.checks import check_range
from lesson_core.schema.labelled_table import LabelledTable
from lesson_core.schema.recipe import Recipe

MOST_TYPED = 400  # characters of a sentence of one's own
PER_CLASS = (1, 2, 4, 8, 13, 50)


@dataclass(frozen=True, kw_only=True)
class Classify:
    """Job `classify`: five ways to say which class a text belongs to, on held-out texts.

    The lab's labelled sentences of `lang`, or a `table` of the learner's. `per_class` examples are
    learned at most; `typed` is one more text that every way is asked about. The language model is
    asked for as many texts as it can read in `seconds`, counted from the start of the job.
    """

    recipe: Recipe
    lang: Literal["en", "zh"] = "en"
    table: LabelledTable | None = None
    per_class: int = 13
    typed: str = ""
    seconds: float = 40.0

    def __post_init__(self) -> None:
        check_range("per_class", self.per_class, 1, max(PER_CLASS))
        check_range("seconds", self.seconds, 1, 300)
        if len(self.typed) > MOST_TYPED:
            raise LabError("classify_long", chars=f"{len(self.typed):,}", limit=MOST_TYPED)
