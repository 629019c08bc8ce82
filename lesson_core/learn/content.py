"""Lesson prose: named sections of `assets/lessons/<id>/{en,zh}.md`, with numbers filled in.

A section starts at a heading `## name`; the names are ASCII and the same in both languages.
Numbers that follow from a formula for a known model come from `figures`; those of this machine
and this run are passed by the page.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from lesson_core.learn import quiz, words
from lesson_core.learn.figures import prose
from lesson_core.schema.question import Posed, Said

FOLDER = Path(__file__).parents[2] / "assets" / "lessons"
HEADING = re.compile(r"^## ([a-z0-9-]+)[ \t]*$", re.MULTILINE)


def section(lesson_id: str, lang: str, name: str, **numbers: object) -> str:
    """Markdown of one section; KeyError names lesson, section and whatever is missing."""
    where = f"{lesson_id}/{lang}.md, section {name}"
    text = sections(lesson_id, lang).get(name)
    if text is None:
        raise KeyError(f"{where} does not exist")
    return words.fill(text, {**prose.figures(), **numbers}, where)


def sections(lesson_id: str, lang: str) -> Mapping[str, str]:
    """All sections of a lesson by name, in the order of the file, placeholders unfilled."""
    return _sections(FOLDER / lesson_id / f"{lang}.md")


def placeholders(lesson_id: str, lang: str, name: str) -> frozenset[str]:
    """The numbers a page must pass for this section (computed figures are not among them)."""
    wanted = words.placeholders(sections(lesson_id, lang)[name])
    return wanted - set(prose.figures())


def card_ask(posed: Posed, lang: str) -> str:
    """The question of a card, with its drawn numbers."""
    lesson_id, name = posed.id.split(".")
    return section(lesson_id, lang, f"card-{name}-ask", **posed.values)


def card_solution(posed: Posed, lang: str) -> str:
    """The worked solution of a card; `{answer}` is its computed key."""
    lesson_id, name = posed.id.split(".")
    numbers = {**posed.values, "answer": quiz.shown(posed.answer)}
    return section(lesson_id, lang, f"card-{name}-solution", **numbers)


def said(text: Said, lang: str, where: str, **numbers: object) -> str:
    """One text of a question in a language; `where` names it in a KeyError."""
    chosen = text.zh if lang == "zh" else text.en
    return words.fill(chosen, {**prose.figures(), **numbers}, f"{lang}:{where}")


@cache
def _sections(path: Path) -> Mapping[str, str]:
    parts = HEADING.split(path.read_text(encoding="utf-8"))
    names, bodies = parts[1::2], parts[2::2]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise ValueError(f"{path.parent.name}/{path.name} has two sections {sorted(doubled)}")
    return {name: body.strip() for name, body in zip(names, bodies, strict=True)}
