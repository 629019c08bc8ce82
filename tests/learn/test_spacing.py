"""Questions come back when FSRS says, sooner before an interview, and never get lost."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lesson_core.learn import spacing
from lesson_core.learn.spacing import AGAIN, EASY, GOOD, HARD, Review

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
reviews = st.lists(
    st.builds(Review, st.integers(0, 400 * 24).map(lambda h: NOW + h * DAY / 24),
              st.sampled_from(spacing.RATINGS)),
    min_size=1, max_size=8,
)  # fmt: skip


def test_what_was_never_asked_stands_nowhere() -> None:
    assert spacing.standing([]) is None


@settings(deadline=None, max_examples=60)
@given(reviews)
def test_the_order_in_which_answers_are_read_makes_no_difference(said: list[Review]) -> None:
    assert spacing.standing(said) == spacing.standing(said[::-1])


@settings(deadline=None, max_examples=60)
@given(reviews)
def test_a_better_answer_never_comes_back_sooner(said: list[Review]) -> None:
    later = spacing.intervals(said, max(said).at + DAY)
    assert later[AGAIN] <= later[HARD] <= later[GOOD] <= later[EASY]
    assert later[AGAIN] > timedelta(0)


@settings(deadline=None, max_examples=60)
@given(reviews)
def test_recall_falls_with_time_and_is_nine_tenths_after_the_stability(said: list[Review]) -> None:
    found = spacing.standing(said)
    assert found is not None and found.card.last_review is not None
    last = found.card.last_review
    chances = [found.recall(last + n * DAY) for n in (0, 1, 5, 50, 500)]
    assert chances == sorted(chances, reverse=True)
    if found.stability > 30:  # FSRS counts whole days
        at = found.recall(last + timedelta(days=round(found.stability)))
        assert at == pytest.approx(spacing.RETENTION, abs=0.01)


@settings(deadline=None, max_examples=60)
@given(reviews, st.integers(1, 60))
def test_everything_comes_back_before_the_interview(said: list[Review], days: int) -> None:
    last = max(said).at
    interview = (last + days * DAY).date()
    found = spacing.standing(said, interview)
    assert found is not None
    start = datetime(interview.year, interview.month, interview.day, tzinfo=UTC)
    if start - last > timedelta(minutes=20):
        assert last < found.due < start
    free = spacing.standing(said)
    assert free is not None and found.due <= free.due


def test_a_date_that_has_passed_shortens_nothing() -> None:
    said = [Review(NOW, EASY)]
    assert spacing.standing(said, NOW.date() - DAY) == spacing.standing(said)


def test_the_queue_asks_the_most_forgotten_first_then_new_ones_in_order() -> None:
    names = [f"q{n}" for n in range(40)]
    history = {
        "q3": [Review(NOW - 40 * DAY, GOOD)],
        "q7": [Review(NOW - 90 * DAY, GOOD)],
        "q9": [Review(NOW - timedelta(minutes=1), EASY)],
    }
    asked = spacing.queue(names, history, NOW)
    assert asked[:2] == ["q7", "q3"]
    assert "q9" not in asked
    assert asked[2:] == [n for n in names if n not in history][: spacing.NEW_A_DAY - 1]


def test_answering_all_that_is_asked_empties_the_queue() -> None:
    names = [f"q{n}" for n in range(5)]
    history = {name: [Review(NOW, EASY)] for name in spacing.queue(names, {}, NOW)}
    assert spacing.queue(names, history, NOW + timedelta(seconds=1)) == []


@pytest.mark.parametrize("days", [3, 5, 10, 30])
def test_every_question_is_begun_before_the_interview(days: int) -> None:
    names, history = [f"q{n}" for n in range(180)], dict[str, list[Review]]()
    interview = NOW.date() + days * DAY
    for day in range(days):
        now = NOW + day * DAY
        for name in spacing.queue(names, history, now, interview):
            history.setdefault(name, []).append(Review(now, GOOD))
    assert set(history) == set(names)


def test_no_more_new_ones_than_a_day_takes() -> None:
    today = NOW.date()
    assert spacing.new_today(100, 0, today, None) == spacing.NEW_A_DAY
    assert spacing.new_today(100, 5, today, None) == spacing.NEW_A_DAY - 5
    assert spacing.new_today(100, 50, today, None) == 0
    assert spacing.new_today(2, 0, today, None) == 2
    assert spacing.new_today(0, 0, today, today + DAY) == 0


def test_the_forecast_counts_each_question_once_and_what_is_late_today() -> None:
    said = ([Review(NOW - 50 * DAY, GOOD)], [Review(NOW, EASY)], [Review(NOW, GOOD)])
    found = [one for r in said if (one := spacing.standing(r)) is not None]
    counts = spacing.forecast(found, NOW, 60)
    assert sum(counts) == 3 and counts[0] == 2  # late, and a first answer that returns in minutes


def test_mastery_counts_what_was_never_asked() -> None:
    known = spacing.standing([Review(NOW, EASY)])
    assert spacing.mastery([known, None], NOW) == pytest.approx(0.5, abs=0.01)
    assert spacing.mastery([], NOW) == 0.0


@pytest.mark.parametrize(
    ("ago", "count"), [([0, 1, 2], 3), ([1, 2], 2), ([2, 3], 0), ([], 0), ([0, 2], 1)]
)
def test_days_in_a_row(ago: list[int], count: int) -> None:
    today = date(2026, 11, 23)
    assert spacing.days_in_a_row([today - n * DAY for n in ago], today) == count


def test_the_days_of_the_forecast_are_the_learners() -> None:
    shanghai = timezone(timedelta(hours=8))
    found = spacing.standing([Review(NOW.replace(hour=20), EASY)])
    assert found is not None
    days = (found.due.astimezone(shanghai).date() - NOW.astimezone(shanghai).date()).days
    assert spacing.forecast([found], NOW.astimezone(shanghai), 60)[days] == 1
    assert days == (found.due.date() - NOW.date()).days + 1
