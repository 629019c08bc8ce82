"""Answers become reviews, ratings replace them, and the desk asks what is due."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from lesson_core.learn import practice
from lesson_core.learn.spacing import AGAIN, EASY, GOOD, HARD, Review
from lesson_core.schema.answers import Answer, AnswerKind
from lesson_core.schema.question import Numeric

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
QUESTIONS = [
    Numeric(id=f"kv-cache.q{n}", topic=f"t{n % 3}", level="L4", sources=("x",)) for n in range(30)
]


def said(
    key: str, value: object, *, kind: AnswerKind = "answer", after: timedelta = timedelta(0)
) -> Answer:
    return Answer(
        uuid=str(uuid.uuid4()), learner="me", page="kv-cache", kind=kind, key=key, value=value,
        created_at=(NOW + after).isoformat(),
    )  # fmt: skip


def rated(key: str, rating: object) -> Answer:
    return said(key, {"rating": rating}, kind="review")


RIGHT, FALSE = {"correct": True, "reply": "1"}, {"correct": False, "reply": "2"}


@pytest.mark.parametrize(
    ("value", "rating"),
    [
        (RIGHT, GOOD), (FALSE, AGAIN), ({"level": "L4"}, GOOD), ({"level": "L3"}, HARD),
        ({"level": "L6"}, EASY), ({"level": "L9"}, None), ("text", None), (None, None),
    ],
)  # fmt: skip
def test_what_an_answer_is_worth(value: object, rating: int | None) -> None:
    assert practice.rating_of(value, "L4") == rating


def test_an_answer_is_a_review_and_a_rating_replaces_it() -> None:
    spoken = [said("kv-cache.q1", RIGHT), rated("kv-cache.q1", EASY), said("kv-cache.q2", FALSE)]
    assert practice.history(spoken, QUESTIONS) == {
        "kv-cache.q1": [Review(NOW, EASY)], "kv-cache.q2": [Review(NOW, AGAIN)],
    }  # fmt: skip


def test_a_rating_without_an_answer_counts_by_itself() -> None:
    spoken = [rated("kv-cache.q1", GOOD), rated("kv-cache.q1", HARD)]
    assert [one.rating for one in practice.history(spoken, QUESTIONS)["kv-cache.q1"]] == [3, 2]


def test_undo_takes_answer_and_rating_back() -> None:
    first = [said("kv-cache.q1", RIGHT), rated("kv-cache.q1", GOOD)]
    undone = said("kv-cache.q1", {"undone": True}, kind="review")
    assert practice.history([*first, undone], QUESTIONS) == {}
    assert practice.history([*first, *first, undone], QUESTIONS) == practice.history(
        first, QUESTIONS
    )
    assert practice.history([undone], QUESTIONS) == {}


@pytest.mark.parametrize("rating", [0, 5, None, "3", True])
def test_a_rating_that_is_none_is_passed_over(rating: object) -> None:
    assert practice.history([rated("kv-cache.q1", rating)], QUESTIONS) == {}


def test_what_belongs_to_no_question_is_passed_over() -> None:
    spoken = [said("gone.q1", RIGHT), said("kv-cache.q1", "because", kind="explanation")]
    assert practice.history(spoken, QUESTIONS) == {}


def test_the_desk_goes_on_to_the_next_question() -> None:
    desk = practice.Desk(questions=QUESTIONS, said=[])
    seen = []
    while desk.queue(NOW):
        seen.append(desk.queue(NOW)[0])
        desk.add(said(seen[-1], RIGHT))
        desk.add(rated(seen[-1], EASY))
    assert seen == [f"kv-cache.q{n}" for n in range(12)]
    assert desk.waiting(desk.queue(NOW)) == (0, 0)
    assert desk.waiting(desk.queue(NOW + timedelta(days=60))) == (12, 12)


def test_the_desk_asks_only_the_topics_that_are_wanted() -> None:
    desk = practice.Desk(questions=QUESTIONS, said=[])
    topics = {one.id: one.topic for one in QUESTIONS}
    assert {topics[question] for question in desk.queue(NOW, ["t1"])} == {"t1"}


def test_the_next_one_is_of_the_topics_that_are_wanted() -> None:
    desk = practice.Desk(questions=QUESTIONS, said=[])
    assert desk.next_due() is None
    for key, rating in (("kv-cache.q0", GOOD), ("kv-cache.q1", EASY)):
        desk.add(rated(key, rating))
    soon, late = (desk.standings()[f"kv-cache.q{n}"] for n in (0, 1))
    assert soon is not None and late is not None and soon.due < late.due
    assert desk.next_due() == desk.next_due(["t0", "t1"]) == soon.due
    assert desk.next_due(["t1"]) == late.due
    assert desk.next_due(["t2"]) is None


def test_what_was_put_off_comes_back_when_that_is_over() -> None:
    desk = practice.Desk(questions=QUESTIONS, said=[rated("kv-cache.q0", GOOD)])
    standing = desk.standings()["kv-cache.q0"]
    assert standing is not None
    never_asked, hour = NOW + timedelta(seconds=30), standing.due + timedelta(hours=1)
    assert desk.next_due(["t0"], {"kv-cache.q0": hour}) == hour
    assert desk.next_due(["t0"], {"kv-cache.q0": NOW}) == standing.due
    assert desk.next_due((), {"kv-cache.q1": never_asked}) == never_asked


def test_the_intervals_on_the_buttons_are_what_a_rating_brings() -> None:
    desk = practice.Desk(questions=QUESTIONS, said=[])
    desk.add(said("kv-cache.q1", RIGHT))
    assert desk.suggested("kv-cache.q1") == GOOD
    promised = desk.intervals("kv-cache.q1", NOW)
    for rating, seconds in promised.items():
        after = practice.Desk(questions=QUESTIONS, said=[*desk.said, rated("kv-cache.q1", rating)])
        standing = after.standings()["kv-cache.q1"]
        assert standing is not None
        assert (standing.due - NOW).total_seconds() == pytest.approx(seconds)


def test_mastery_by_topic() -> None:
    desk = practice.Desk(questions=QUESTIONS[:3], said=[said("kv-cache.q1", RIGHT)])
    assert desk.mastery(NOW) == {"t0": 0.0, "t1": pytest.approx(1.0), "t2": 0.0}


def test_days_are_those_of_the_learner() -> None:
    late = said("kv-cache.q1", RIGHT, after=timedelta(hours=-13))  # 23:00 UTC the day before
    desk = practice.Desk(questions=QUESTIONS, said=[late, said("kv-cache.q1", RIGHT)])
    assert desk.days_in_a_row(NOW) == 2
