"""The question bank: every question of every lesson, from `assets/questions` and the templates.

`assets/questions/<lesson>.yaml` holds a lesson's questions by name, in the order of its page.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from lesson_core.learn import catalogue, quiz, strict_yaml
from lesson_core.schema.plain import from_plain
from lesson_core.schema.question import KINDS, Found, Measured, Numeric, Posed, Question, Said
from lesson_core.store.jobs import Jobs

FOLDER = Path(__file__).parents[2] / "assets" / "questions"
TRIES, FAR = 50, 1_000_000  # seeds tried until a draw is clear, and how far apart
ON_A_PAGE = 6  # cards; the rest of a lesson's questions wait for practice


def every() -> tuple[Question, ...]:
    """All questions, in the order of the course."""
    return tuple(found for entry in catalogue.LESSONS for found in of_lesson(entry.id))


def of_lesson(lesson_id: str) -> tuple[Question, ...]:
    """The questions of one lesson; none where its file does not exist yet."""
    return _of_file(FOLDER / f"{lesson_id}.yaml")


def on_page(lesson_id: str) -> tuple[Question, ...]:
    """The questions that the lesson's page shows as cards: the first of its file."""
    return of_lesson(lesson_id)[:ON_A_PAGE]


def question(question_id: str) -> Question:
    """The question with this id; KeyError if there is none."""
    for found in of_lesson(question_id.split(".")[0]):
        if found.id == question_id:
            return found
    raise KeyError(f"no question {question_id}")


@cache
def topics() -> dict[str, Said]:
    """What is asked in interviews, by id, in reading order."""
    said = strict_yaml.load(FOLDER / "topics.yaml")
    return {key: from_plain(Said, one) for key, one in said.items()}


@cache
def sources() -> dict[str, str]:
    """Where a fact was read, by key; Markdown."""
    return {key: str(text) for key, text in strict_yaml.load(FOLDER / "sources.yaml").items()}


def pose(template: Numeric, seed: int) -> Posed:
    """The template with its numbers drawn; the same seed draws the same.

    A draw in which a known wrong way comes to the right answer as well is passed over: the
    question would not tell the two apart. Its `seed` then says which one was taken.
    """
    draw = _function("questions", template)
    for tried in range(seed, seed + TRIES * FAR, FAR):
        posed = draw(tried)
        if not isinstance(posed, Posed) or posed.id != template.id:
            raise TypeError(f"{template.id} posed {posed!r}")
        if not any(quiz.close(slip, posed.answer, posed.rel_tol) for slip in posed.slips.values()):
            return posed
    raise ValueError(f"{template.id}: a slip is always right, seed {seed}")


def pose_given(template: Numeric, seed: int, given: Mapping[str, Any]) -> Posed:
    """The same draw with some of its numbers given, by the names of the placeholders.

    A wrong way that comes to the right answer with these numbers is not told as one.
    """
    posed = _function("questions", template)(seed, **given)
    if not isinstance(posed, Posed) or posed.id != template.id:
        raise TypeError(f"{template.id} posed {posed!r}")
    slips = {
        name: slip
        for name, slip in posed.slips.items()
        if not quiz.close(slip, posed.answer, posed.rel_tol)
    }
    return replace(posed, slips=slips)


def read(asked: Measured, result: dict[str, Any]) -> Found | None:
    """What a run's result says to a measured question; None where it does not say it."""
    try:
        found = _function("measured", asked)(result)
    except (LookupError, StopIteration, TypeError, ValueError, ZeroDivisionError):
        return None  # a run of an older version of the lab
    if found is not None and not isinstance(found, Found):
        raise TypeError(f"{asked.id} read {found!r}")
    return found


def measured(asked: Measured, jobs: Jobs) -> tuple[dict[str, Any], Found] | None:
    """The newest kept run that says something to the question, with what it says."""
    for job in jobs.finished([asked.job], limit=5):
        result = jobs.result(job.id)
        found = read(asked, result) if result else None
        if result and found is not None:
            return result, found
    return None


def pose_measured(asked: Measured, found: Found) -> Posed:
    """Graded like a number; off by no more than `rel_tol`, or than the noise where that is more."""
    noise = max(found.high - found.value, found.value - found.low) / found.value
    return Posed(
        id=asked.id, seed=0, values=found.values, answer=found.value, unit=asked.unit,
        rel_tol=max(asked.rel_tol, noise),
    )  # fmt: skip


def _function(package: str, asked: Numeric | Measured) -> Callable[..., object]:
    """The function named like the question, in the module named like the lesson."""
    lesson, name = (part.replace("-", "_") for part in (asked.lesson, asked.name))
    found: Callable[..., object] = getattr(
        importlib.import_module(f"lesson_core.learn.{package}.{lesson}"), name
    )
    return found


@cache
def _of_file(path: Path) -> tuple[Question, ...]:
    if not path.exists():
        return ()
    return tuple(_question(path.stem, name, body) for name, body in strict_yaml.load(path).items())


def _question(lesson: str, name: str, body: dict[str, Any]) -> Question:
    """A data word of the body's kind; TypeError and ValueError name the question."""
    plain = {"id": f"{lesson}.{name}", **body}
    kind = plain.pop("kind", "")
    if kind not in KINDS:
        raise ValueError(f"{lesson}.{name} is of no known kind: {kind!r}")
    try:
        return from_plain(KINDS[kind], plain)
    except TypeError as problem:
        raise TypeError(f"{lesson}.{name}: {problem}") from None
