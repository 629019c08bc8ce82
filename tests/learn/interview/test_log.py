"""What was kept of an interview gives its state again, and nonsense changes nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lesson_core.learn.interview import log
from lesson_core.learn.interview.log import Sitting
from lesson_core.schema.answers import Answer
from lesson_core.schema.interview import Claim, Item, Wish

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WISH = Wish(preset="systems", level="L5", minutes=15, seed=1)
ITEMS = tuple(
    Item(way="question", name=f"kv-cache.q{n}", seed=n, seconds=120) for n in range(4)
)  # fmt: skip
BEGIN = (0, log.begin(WISH, ITEMS, Claim(question="x.y", value=2.0, low=1.9, high=2.1)))


def kept(*entries: tuple[float, Any], key: str = "a") -> list[Answer]:
    return [
        Answer(uuid=f"{key}{n}", learner="me", page=log.PAGE, kind="answer", key=key, value=value,
               created_at=(NOW + timedelta(seconds=after)).isoformat())
        for n, (after, value) in enumerate(entries)
    ]  # fmt: skip


def one(*entries: tuple[float, Any]) -> Sitting:
    (found,) = log.sittings(kept(BEGIN, *entries))
    return found


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def said(n: int, **more: Any) -> dict[str, Any]:
    return {"event": "said", "n": n, **more}


def test_it_begins_as_it_was_planned() -> None:
    found = one()
    assert (found.wish, found.items) == (WISH, ITEMS)
    assert found.claim is not None and found.claim.value == 2.0
    assert (found.at, found.over, found.left_s(after(60))) == (0, False, 840)


def test_time_goes_to_the_question_that_is_asked() -> None:
    found = one((50, said(0)), (80, {"event": "skip", "n": 1}), (200, said(2)))
    assert found.spent == {0: 50, 1: 30, 2: 120}
    assert found.at == 3
    assert found.replies[1] == {}


def test_a_pause_costs_nothing() -> None:
    found = one((100, {"event": "pause"}))
    assert found.left_s(after(5000)) == 800
    found = one((100, {"event": "pause"}), (5000, {"event": "resume"}), (5020, said(0)))
    assert found.spent == {0: 120}
    assert found.left_s(after(5030)) == 900 - 130


def test_the_first_answer_counts() -> None:
    found = one((10, said(0, text="first")), (20, said(0, text="second")))
    assert found.replies[0]["text"] == "first"
    assert found.at == 1


def test_when_the_time_is_up_the_question_under_way_is_the_last() -> None:
    found = one((10, said(0)), (950, said(1)))
    assert found.ended and found.over
    assert found.used(after(9999)) == 950
    found = one((10, said(0)), (930, {"event": "untimed"}), (950, said(1)))
    assert not found.over
    assert found.at == 2


def test_it_can_be_ended_early_and_rated_after() -> None:
    found = one((10, said(0)), (20, {"event": "end"}), (30, said(1)),
                (40, {"event": "rate", "n": 0, "level": "L4"}))  # fmt: skip
    assert found.over
    assert list(found.replies) == [0]
    assert found.levels == {0: "L4"}
    assert found.used_s == 20


def test_all_answered_is_over() -> None:
    assert one(*((10 * n, said(n)) for n in range(4))).over


def test_the_whiteboard_is_kept() -> None:
    found = one((5, {"event": "note", "n": 0, "text": "2·L·h"}))
    assert found.notes == {0: "2·L·h"}


@pytest.mark.parametrize(
    "value",
    [
        None, 7, "text", [], {}, {"event": 3}, {"event": "said"}, said(-1), said(99),
        {"event": "said", "n": "0"}, {"event": "said", "n": True}, {"event": "said", "n": None},
        {"event": "rate", "n": 0, "level": "L9"}, {"event": "note", "n": 0, "text": 3},
        {"event": "rate", "n": 99, "level": "L4"}, {"event": "dance"}, {"event": ["end"]},
    ],
)  # fmt: skip
def test_nonsense_is_passed_over(value: Any) -> None:
    found = one((5, value))
    assert (found.at, found.over, found.replies, found.levels, found.notes) == (
        0,
        False,
        {},
        {},
        {},
    )


@pytest.mark.parametrize(
    "value",
    [
        {}, {"event": "begin"}, {**BEGIN[1], "items": []}, {**BEGIN[1], "items": [{}]},
        {**BEGIN[1], "wish": {**BEGIN[1]["wish"], "level": "L9"}}, {**BEGIN[1], "items": None},
        {**BEGIN[1], "claim": {"value": "much"}}, {**BEGIN[1], "items": BEGIN[1]["items"] * 99},
        {**BEGIN[1], "event": "end"},
    ],
)  # fmt: skip
def test_what_does_not_begin_is_no_interview(value: Any) -> None:
    assert log.sittings(kept((0, value), (5, said(0)))) == []


def test_two_interviews_do_not_mix() -> None:
    first, second = log.sittings([*kept(BEGIN, key="a"), *kept(BEGIN, (9, said(0)), key="b")])
    assert (first.at, second.at) == (0, 1)


def test_entries_of_other_pages_are_nobodys() -> None:
    (other,) = kept((1, said(0)))
    foreign = Answer(**(vars(other) | {"page": "kv-cache"}))
    assert log.sittings([*kept(BEGIN), foreign])[0].at == 0
