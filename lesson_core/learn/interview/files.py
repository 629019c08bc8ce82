"""What interviews are made of, as people write it: roles, the project’s questions, the articles’.

The files lie in `assets/interview`; follow-ups are read by `chains`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lesson_core.learn import strict_yaml
from lesson_core.schema.plain import from_plain
from lesson_core.schema.question import Said

FOLDER = Path(__file__).parents[3] / "assets" / "interview"


@dataclass(frozen=True, kw_only=True)
class Project:
    """Open questions about a speed-up, in order, and measured ones that may be such a claim."""

    steps: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Article:
    """A question of the articles, answered by a lesson; `ask` where the lesson's is not it."""

    lesson: str
    ask: Said | None = None


@dataclass(frozen=True, kw_only=True)
class _Articles:
    asked: tuple[Article, ...]


@cache
def weights(role: str) -> Mapping[str, float]:
    """How often a topic is asked, by topic; 1 where it is not named."""
    loaded = strict_yaml.load(FOLDER / "roles.yaml")[role]
    return {str(topic): float(weight) for topic, weight in loaded.items()}


@cache
def project() -> Project:
    """What is asked about one's own speed-up."""
    return from_plain(Project, strict_yaml.load(FOLDER / "project.yaml"))


@cache
def articles() -> tuple[Article, ...]:
    """The fifteen, in the order in which they are asked."""
    return from_plain(_Articles, strict_yaml.load(FOLDER / "articles.yaml")).asked
