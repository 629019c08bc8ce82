"""Summaries of served requests, by hand-made logs."""

import pytest

from lesson_core.schema.serving import Served
from lesson_core.theory import served


def one(id, arrival_s, *token_s, finish="length", **more):
    return Served(**{
        "id": id, "arrival_s": arrival_s, "start_s": arrival_s, "token_s": token_s,
        "prompt_len": 10, "cached_tokens": 0, "preemptions": 0, "finish": finish, **more,
    })  # fmt: skip


def test_latencies_count_from_the_arrival_and_throughput_from_the_first_to_the_last():
    log = [one(1, 1.0, 1.5, 2.0, 2.5), one(2, 2.0, 4.0, 5.0, cached_tokens=5, preemptions=2),
           one(3, 0.5, finish="refused")]  # fmt: skip
    seen = served.summary(log)
    assert seen.ttft.p50 == pytest.approx((0.5 + 2.0) / 2)
    assert seen.tpot.p50 == pytest.approx((0.5 + 1.0) / 2)
    assert seen.e2e.n == 2 and seen.itl.n == 3
    assert seen.duration_s == 4.5 and seen.tokens_s == pytest.approx(5 / 4.5)
    assert (seen.answered, seen.refused, seen.preemptions) == (2, 1, 2)
    assert seen.cached_share == pytest.approx(5 / 30)


def test_a_tail_of_few_is_not_told():
    few, some, many = (served.tail([1.0] * n) for n in (39, 40, 500))
    assert (few.p95, some.p95, some.p99, many.p99) == (None, 1.0, None, 1.0)
    assert served.tail([]).p50 is None


def test_goodput_counts_who_met_both_limits():
    log = [one(1, 0.0, 0.5, 1.0), one(2, 0.0, 0.5, 9.0), one(3, 0.0, 5.0, 5.1), one(4, 0.0, 0.6)]
    assert served.goodput(log, ttft_s=1.0, tpot_s=1.0) == pytest.approx(2 / 9)
    assert served.goodput([], ttft_s=1.0, tpot_s=1.0) == 0.0


def test_nothing_served_is_no_division_by_zero():
    empty = served.summary([one(1, 0.0, finish="refused")])
    assert (empty.answered, empty.tokens_s, empty.ttft.p50) == (0, 0.0, None)


def test_the_knee_is_where_the_tail_crosses_the_limit():
    def p99(rate):  # M/M/1 with a service rate of 10
        return 4.6 / (10 - rate) if rate < 10 else 1e9

    assert served.knee(p99, 1.0, 0.1, 100, rounds=30) == pytest.approx(5.4, rel=1e-6)
    assert served.knee(p99, 0.1, 0.1, 100) is None
    assert served.knee(p99, 1.0, 0.1, 3.0) == 3.0
