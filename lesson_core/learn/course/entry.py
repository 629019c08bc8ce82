"""What the catalogue knows about a lesson."""

from collections.abc import Mapping
from dataclasses import dataclass, field

WHOLE = (
    "question", "guess", "experiment", "explanation", "transfer", "transfer-answer", "answer-30s",
    "answer-2min", "in-depth", "articles-say", "correction", "reading",
)  # fmt: skip
"""The sections of a question page, in the order of the page."""

SHORT = (
    "question", "guess", "experiment", "explanation", "answer-30s", "answer-2min", "articles-say",
    "correction", "reading",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One page. `numbers` lists, per section, the placeholders that the page must pass.

    `shown` are (file, qualified name) of the functions whose source the page shows, `job` the
    spec name in schema.specs ("" where the page computes without a worker), `questions` the module
    that poses its cards.
    """

    id: str
    section: str
    path: str
    url_path: str
    job: str
    questions: str
    shown: tuple[tuple[str, str], ...]
    parts: tuple[str, ...] = WHOLE
    numbers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
