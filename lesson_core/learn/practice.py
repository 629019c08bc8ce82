"""A learner's practice: what was said turned into reviews, and the next question out of that.

An answer counts as a review: right is “good”, wrong is “again”, an open answer goes by the level
the learner gave it. A `review` right after it replaces that with the learner's own rating, or takes
both back. Nothing else is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from lesson_core.learn import spacing
from lesson_core.learn.spacing import AGAIN, EASY, GOOD, HARD, Review, Standing
from lesson_core.schema.answers import Answer
from lesson_core.schema.question import LEVELS, Level, Question

History = dict[str, list[Review]]
"""The reviews of each question, by its id, oldest first."""


def rating_of(value: Any, level: Level) -> int | None:
    """What an answer is worth to a question of this level; None if it says nothing."""
    if not isinstance(value, dict):
        return None
    if "correct" in value:
        return GOOD if value["correct"] else AGAIN
    if value.get("level") in LEVELS:
        above = LEVELS.index(value["level"]) - LEVELS.index(level)
        return GOOD if above == 0 else EASY if above > 0 else HARD
    return None


def history(said: Iterable[Answer], questions: Iterable[Question]) -> History:
    """The reviews in everything that was said, in its order."""
    levels = {question.id: question.level for question in questions}
    found: History = {}
    unrated: set[str] = set()  # whose last review is an answer that nobody rated
    for one in said:
        if one.key not in levels or one.kind not in ("answer", "review"):
            continue
        reviews = found.setdefault(one.key, [])
        at = datetime.fromisoformat(one.created_at)
        if one.kind == "review" and one.value == {"undone": True}:
            del reviews[-1:]
            unrated.discard(one.key)
        elif one.kind == "review" and isinstance(one.value, dict):
            rating = one.value.get("rating")
            if type(rating) is not int or rating not in spacing.RATINGS:
                continue
            if one.key in unrated:
                reviews.pop()
            reviews.append(Review(at, rating))
            unrated.discard(one.key)
        elif (rating := rating_of(one.value, levels[one.key])) is not None:
            reviews.append(Review(at, rating))
            unrated.add(one.key)
    return {key: reviews for key, reviews in found.items() if reviews}


@dataclass(kw_only=True)
class Desk:
    """The questions of one learner with where each stands. `now` is in the learner's time zone."""

    questions: Sequence[Question]
    said: list[Answer]
    interview: date | None = None
    extra: int = 0  # new questions beyond the day's share
    _history: History = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._history = history(self.said, self.questions)

    def add(self, answer: Answer) -> None:
        """Something more was said."""
        self.said.append(answer)
        self._history = history(self.said, self.questions)

    def queue(self, now: datetime, topics: Iterable[str] = ()) -> list[str]:
        """The ids of what to ask now, of these topics or of all."""
        ids = self._among(topics)
        return spacing.queue(ids, self._history, now, self.interview, self.extra)

    def waiting(self, asked: Sequence[str]) -> tuple[int, int]:
        """How many of a queue come back, and how many are new."""
        new = sum(question not in self._history for question in asked)
        return len(asked) - new, new

    def next_due(
        self, topics: Iterable[str] = (), put_off: Mapping[str, datetime] = MappingProxyType({})
    ) -> datetime | None:
        """When the first question of these topics comes back, or the first that was put off.

        None where nothing of them was answered or put off.
        """
        standings, back = self.standings(), {}
        for question in self._among(topics):
            found, until = standings[question], put_off.get(question)
            times = [time for time in (found.due if found else None, until) if time is not None]
            if times:
                back[question] = max(times)
        return min(back.values(), default=None)

    def intervals(self, question: str, now: datetime) -> dict[int, float]:
        """For each rating, in how many seconds the question comes back.

        As if its last answer were not rated yet: that answer is the one to be rated.
        """
        before = self._before_last_answer(question)
        found = spacing.intervals(before, now, self.interview)
        return {rating: after.total_seconds() for rating, after in found.items()}

    def suggested(self, question: str) -> int | None:
        """The rating that the last answer would get by itself; None if it was not answered."""
        reviews = self._history.get(question, [])
        return reviews[-1].rating if reviews else None

    def standings(self) -> dict[str, Standing | None]:
        """Where every question stands, in the order of the course."""
        return {
            one.id: spacing.standing(self._history.get(one.id, ()), self.interview)
            for one in self.questions
        }

    def mastery(self, now: datetime) -> dict[str, float]:
        """The mean probability of recall, by topic."""
        standings, topics = self.standings(), dict[str, list[Standing | None]]()
        for one in self.questions:
            topics.setdefault(one.topic, []).append(standings[one.id])
        return {topic: spacing.mastery(found, now) for topic, found in topics.items()}

    def days_in_a_row(self, now: datetime) -> int:
        """Days on which something was answered, up to today."""
        days = {
            datetime.fromisoformat(one.created_at).astimezone(now.tzinfo).date()
            for one in self.said
            if one.kind in ("answer", "review")
        }
        return spacing.days_in_a_row(days, now.date())

    def _among(self, topics: Iterable[str]) -> list[str]:
        wanted = set(topics)
        return [one.id for one in self.questions if not wanted or one.topic in wanted]

    def _before_last_answer(self, question: str) -> list[Review]:
        last = next((one for one in reversed(self.said) if one.key == question), None)
        reviews = self._history.get(question, [])
        return reviews[:-1] if last is not None and last.kind == "answer" else reviews
