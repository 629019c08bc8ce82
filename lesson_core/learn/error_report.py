"""What somebody who found an error can copy: it finds the question, section or problem again.

Nothing of the machine or of the learner's answers is in it.
"""

import tomllib
from functools import cache
from pathlib import Path

from lesson_core.learn import words
from lesson_core.schema.question import Question

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
QUOTED = 120  # letters of a section, so that it is found when the lesson has changed


def text(question: Question, lang: str, seed: int | None = None) -> str:
    """Of a card: the question and the draw."""
    return about(lang, question.id if seed is None else f"{question.id}, seed {seed}")


def claim(lang: str, page: str, section: str, says: str, **context: str) -> str:
    """Of a section of a lesson: where it stands, how it begins, what it was filled in for."""
    begins = " ".join(says.split())
    quoted = begins if len(begins) <= QUOTED else f"{begins[:QUOTED]}…"
    given = (f"{name}={value}" for name, value in context.items() if value)
    return about(lang, f"{page}, {section}", *given, f"“{quoted}”")


def about(lang: str, *where: str) -> str:
    """Version, what finds the place again, language, and a line to fill in."""
    lines = [f"LLM Speed Lab {version()}", *where, f"lang={lang}"]
    return "\n".join([*lines, "", words.t(lang, "card.report_fill")])


@cache
def version() -> str:
    """The version of this copy of the lab."""
    return str(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"])
