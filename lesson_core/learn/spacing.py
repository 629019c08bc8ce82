"""When a question comes back: FSRS over everything the learner said of it, and a date to be ready.

Nothing is kept but the answers themselves; where a question stands is computed from them each
time. FSRS draws no random interval here, so the same answers always give the same day.
Source: the FSRS algorithm, github.com/open-spaced-repetition; the package `fsrs`.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from fsrs import Card, Rating, Scheduler, State

RETENTION = 0.9  # share of what is due that should still be known
NEW_A_DAY = 12
SCHEDULER = Scheduler(desired_retention=RETENTION, enable_fuzzing=False)
RATINGS: tuple[int, ...] = (1, 2, 3, 4)  # again, hard, good, easy
AGAIN, HARD, GOOD, EASY = RATINGS


@dataclass(frozen=True, order=True)
class Review:
    """One answer to a question: when (UTC), and how well it went, 1 to 4."""

    at: datetime
    rating: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a question stands after some reviews. `stability` in days: recall then is 90 %."""

    due: datetime
    stability: float
    learning: bool
    reviews: int
    lapses: int
    card: Card

    def recall(self, now: datetime) -> float:
        """The probability that it is still known."""
        return SCHEDULER.get_card_retrievability(self.card, now)


def standing(reviews: Iterable[Review], interview: date | None = None) -> Standing | None:
    """After these reviews, oldest first or not; None if there are none."""
    return _standing(tuple(sorted(reviews)), interview)


@lru_cache(maxsize=4096)  # a click changes one question of hundreds
def _standing(reviews: tuple[Review, ...], interview: date | None) -> Standing | None:
    card, count, lapses = Card(card_id=1), 0, 0
    for review in reviews:
        known = card.state == State.Review
        card, _ = SCHEDULER.review_card(card, Rating(review.rating), review.at)
        count, lapses = count + 1, lapses + (known and review.rating == AGAIN)
    if not count or card.last_review is None:
        return None
    return Standing(
        due=sooner(card.last_review, card.due, interview),
        stability=card.stability or 0.0,
        learning=card.state != State.Review,
        reviews=count,
        lapses=lapses,
        card=card,
    )


def sooner(last: datetime, due: datetime, interview: date | None) -> datetime:
    """Never later than halfway to the interview, so that all is seen again in time.

    Halving what is left each time spreads the last looks instead of piling them on one day.
    """
    if interview is None:
        return due
    left = datetime(interview.year, interview.month, interview.day, tzinfo=last.tzinfo) - last
    if left <= timedelta(0):
        return due
    return min(due, last + max(left / 2, timedelta(minutes=10)))


def intervals(
    reviews: Sequence[Review], now: datetime, interview: date | None = None
) -> dict[int, timedelta]:
    """For each rating, after how long the question would come back: printed on the buttons."""
    out = {}
    for rating in RATINGS:
        after = standing([*reviews, Review(now, rating)], interview)
        assert after is not None
        out[rating] = after.due - now
    return out


def new_today(
    unseen: int, already: int, today: date, interview: date | None, extra: int = 0
) -> int:
    """How many new questions are still to come today: more where the date is near.

    `already` were begun today, `extra` were asked for. All are begun two days before the interview.
    """
    a_day = NEW_A_DAY + extra
    if interview is not None and interview > today:
        days = max(1, (interview - today).days - 2)
        a_day = max(a_day, math.ceil((unseen + already) / days))
    return max(0, min(unseen, a_day - already))


def queue(
    questions: Sequence[str],
    history: Mapping[str, Sequence[Review]],
    now: datetime,
    interview: date | None = None,
    extra: int = 0,
) -> list[str]:
    """What to ask now: what is due, the most forgotten first, then today's new ones in order.

    Where the day ends is said by the time zone of `now`.
    """
    standings = {
        question: found
        for question in questions
        if (found := standing(history.get(question, ()), interview)) is not None
    }
    due = [question for question, found in standings.items() if found.due <= now]
    due.sort(key=lambda question: standings[question].recall(now))
    unseen = [question for question in questions if question not in standings]
    today = now.date()
    begun = sum(
        min(history[question]).at.astimezone(now.tzinfo).date() == today for question in standings
    )
    return due + unseen[: new_today(len(unseen), begun, today, interview, extra)]


def forecast(standings: Iterable[Standing], now: datetime, days: int) -> list[int]:
    """How many of the questions begun so far come back on each of the next days, today first."""
    counts = [0] * days
    for found in standings:
        day = max(0, (found.due.astimezone(now.tzinfo).date() - now.date()).days)
        if day < days:
            counts[day] += 1
    return counts


def mastery(standings: Sequence[Standing | None], now: datetime) -> float:
    """The mean probability of recall over a topic's questions; one never asked counts as 0."""
    if not standings:
        return 0.0
    return sum(0.0 if found is None else found.recall(now) for found in standings) / len(standings)


def days_in_a_row(days: Iterable[date], today: date) -> int:
    """Days with at least one answer, up to today or yesterday: not yet today breaks nothing."""
    seen = set(days)
    day = today if today in seen else today - timedelta(days=1)
    count = 0
    while day in seen:
        count, day = count + 1, day - timedelta(days=1)
    return count
