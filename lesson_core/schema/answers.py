"""What a learner said: a guess, an answer, own words, how it went, code. Kept, never changed."""

from dataclasses import dataclass
from typing import Any, Literal

AnswerKind = Literal["guess", "answer", "explanation", "review", "attempt"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One thing said, once. `uuid` is made where it is said, so that sending it twice is harmless.

    `value` is any plain JSON value; `confidence` lies in 0…1 where it was asked for.
    """

    uuid: str
    learner: str
    page: str
    kind: AnswerKind
    key: str
    value: Any
    created_at: str  # ISO 8601, UTC
    confidence: float | None = None
