"""What somebody who found an error in a question can copy: it finds the question again."""

import tomllib
from functools import cache
from pathlib import Path

from lesson_core.learn import words
from lesson_core.schema.question import Question

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def text(question: Question, lang: str, seed: int | None = None) -> str:
    """Version, question, draw and language, and a line to fill in."""
    which = question.id if seed is None else f"{question.id}, seed {seed}"
    lines = [f"LLM Speed Lab {version()}", which, f"lang={lang}"]
    return "\n".join([*lines, "", words.t(lang, "card.report_fill")])


@cache
def version() -> str:
    """The version of this copy of the lab."""
    return str(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"])
