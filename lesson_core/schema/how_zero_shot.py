"""The specs of the lesson on how zero-shot ability comes about."""

from dataclasses import dataclass
from typing import Literal

from lesson_core.errors import LabError
from lesson_core.schema.checks import check_range
from lesson_core.schema.zero_shot import Label, check_labels, check_texts

SHOTS = (1, 2, 5, 10)  # examples per class
WAYS = (2, 3, 5)
MORE_SENTENCES = 4_000  # characters of all texts together


@dataclass(frozen=True, kw_only=True)
class HowZeroShot:
    """Job `how_zero_shot`: the lab's Chinese sentences, read by teacher and student."""

    wording: Literal["name", "described"] = "described"


@dataclass(frozen=True, kw_only=True)
class OwnStudent:
    """Job `student_own`: the learner's sentences and labels, read by teacher and student."""

    texts: tuple[str, ...]
    labels: tuple[Label, ...]

    def __post_init__(self) -> None:
        check_texts(self.texts)
        check_labels(self.labels)
        chars = sum(map(len, self.texts))
        if chars > MORE_SENTENCES:
            raise LabError("student_long_texts", chars=f"{chars:,}", limit=f"{MORE_SENTENCES:,}")


@dataclass(frozen=True, kw_only=True)
class FewShot:
    """Job `few_shot`: episodes of `ways` topics with ever more examples, every method on the same.

    `lang` is the language of the sentences; Chinese ones are read by the student. `episodes` are
    drawn per half of the topics and number of examples.
    """

    ways: int = 5
    lang: Literal["en", "zh"] = "en"
    episodes: int = 40

    def __post_init__(self) -> None:
        if self.ways not in WAYS:
            raise LabError("out_of_range", name="N", value=self.ways, low=WAYS[0], high=WAYS[-1])
        check_range("episodes", self.episodes, 4, 200)
