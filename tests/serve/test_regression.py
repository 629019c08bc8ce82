"""Each cause moves the numbers it is told by, and no other day looks like it."""

from functools import cache

import pytest

from lesson_core.schema.interview import CAUSES, Cause
from lesson_core.serve import regression
from lesson_core.serve.regression import Reading

SEED = 3


@cache
def read(cause: Cause, seed: int = SEED) -> tuple[Reading, Reading]:
    yesterday, today = regression.days(cause, seed)
    return regression.reading(yesterday), regression.reading(today)


def told(before: Reading, after: Reading) -> set[str]:
    """The causes whose sign is in these two days."""
    signs = {
        "no_chunking": after.longest_ms > 3 * before.longest_ms
        and after.itl_p99_ms > 1.3 * before.itl_p99_ms,
        "prefix_lost": before.cached > 40 and after.cached == 0,
        "batch_limit": after.running < 0.5 * before.running and after.waiting > 3 * before.waiting,
        "kv_full": after.kv_used > 99 and after.preemptions > 0 == before.preemptions,
        "straggler": (after.same_ms or 0) > 1.3 * (before.same_ms or 0),
        "more_load": after.arrived_s > 1.3 * before.arrived_s,
    }
    return {cause for cause, there in signs.items() if there}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_shows_by_its_own_sign_and_by_no_other(cause: Cause) -> None:
    assert told(*read(cause)) == {cause}


@pytest.mark.parametrize("cause", CAUSES)
def test_p99_really_got_worse(cause: Cause) -> None:
    before, after = read(cause)
    worse = "itl_p99_ms" if cause == "no_chunking" else "ttft_p99_ms"
    assert getattr(after, worse) > 1.3 * getattr(before, worse)


def test_nothing_is_told_where_nothing_changed() -> None:
    before, _ = read("straggler")
    assert told(before, before) == set()


def test_the_same_seed_is_the_same_and_another_has_other_numbers() -> None:
    again = regression.days("batch_limit", SEED)
    assert regression.reading(again[1]) == read("batch_limit")[1]
    assert read("batch_limit", 4)[1] != read("batch_limit")[1]


def test_both_days_serve_everybody_and_the_same_requests() -> None:
    yesterday, today = regression.days("kv_full", SEED)
    asked = [sorted((one.id, one.prompt_len) for one in day.served) for day in (yesterday, today)]
    assert asked[0] == asked[1]
    assert len(asked[0]) == regression.COUNT
    assert all(one.finish == "length" for day in (yesterday, today) for one in day.served)
