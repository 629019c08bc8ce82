"""Which lessons there are, in reading order. Only finished pages are listed.

Titles, questions and navigation labels are words: `lessons.<id>.title|question|nav` and
`sections.<id>` in assets/i18n. Adding a lesson is one entry in the course of its section, its two
content files, its words and its page.
"""

from lesson_core.learn.course.abilities import ABILITIES
from lesson_core.learn.course.code import CODE
from lesson_core.learn.course.entry import Lesson as Lesson
from lesson_core.learn.course.foundations import FOUNDATIONS
from lesson_core.learn.course.methods import METHODS
from lesson_core.learn.course.plans import PLANS
from lesson_core.learn.course.serving import SERVING
from lesson_core.learn.course.speed import SPEED
from lesson_core.learn.course.start import START

SECTIONS = ("start", "foundations", "speed", "abilities", "code")
LESSONS: tuple[Lesson, ...] = (
    START + FOUNDATIONS + SPEED + SERVING + METHODS + PLANS + ABILITIES + CODE
)  # fmt: skip


def lesson(lesson_id: str) -> Lesson:
    """The entry with this id; KeyError if there is none."""
    for entry in LESSONS:
        if entry.id == lesson_id:
            return entry
    raise KeyError(f"no lesson {lesson_id}")


def in_section(section: str) -> tuple[Lesson, ...]:
    """The lessons of one section of the navigation, in order."""
    return tuple(entry for entry in LESSONS if entry.section == section)


def next_of(lesson_id: str) -> Lesson | None:
    """The lesson after this one, None after the last."""
    return _neighbour(lesson_id, 1)


def previous_of(lesson_id: str) -> Lesson | None:
    """The lesson before this one, None before the first."""
    return _neighbour(lesson_id, -1)


def _neighbour(lesson_id: str, step: int) -> Lesson | None:
    index = LESSONS.index(lesson(lesson_id)) + step
    return LESSONS[index] if 0 <= index < len(LESSONS) else None
