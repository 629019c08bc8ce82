"""The definitions, and the traps: N − 1 gaps, one token, the end of text."""

import pytest

from lesson_core.errors import LabError
from lesson_core.schema.events import Event
from lesson_core.theory import metrics


def run(*ends: float) -> list[Event]:
    """Events of an answer whose tokens arrive at `ends`."""
    events = [Event(stage="tokenize", start_s=0.0, end_s=0.01)]
    for step, end in enumerate(ends):
        stage = "decode" if step else "prefill"
        begin = ends[step - 1] if step else 0.01
        events.append(Event(stage=stage, step=step, start_s=begin, end_s=end - 0.001))
        events.append(Event(stage="sample", step=step, token_id=7, start_s=end - 0.001, end_s=end))
    return events


def test_tpot_divides_by_one_less_than_the_tokens() -> None:
    seen = metrics.latency(run(0.5, 0.6, 0.7, 0.8, 0.9))
    assert seen.tokens == 5
    assert seen.ttft_s == 0.5
    assert seen.e2e_s == 0.9
    assert seen.tpot_s == pytest.approx(0.4 / 4)
    assert seen.tpot_s != pytest.approx(0.9 / 5)
    assert seen.decode_tok_s == pytest.approx(10)


def test_e2e_is_ttft_plus_all_gaps() -> None:
    seen = metrics.latency(run(0.2, 0.5, 0.55))
    assert len(seen.itl_s) == 2
    assert seen.ttft_s + sum(seen.itl_s) == pytest.approx(seen.e2e_s)


def test_one_token_has_no_tpot() -> None:
    seen = metrics.latency(run(0.3))
    assert (seen.tpot_s, seen.decode_tok_s, seen.itl_s) == (None, None, ())
    assert seen.ttft_s == seen.e2e_s == 0.3


def test_prefill_is_the_pass_alone() -> None:
    assert metrics.latency(run(0.3)).prefill_s == pytest.approx(0.289)


def test_no_token_is_an_error() -> None:
    with pytest.raises(LabError) as caught:
        metrics.latency([Event(stage="tokenize", end_s=0.1)])
    assert caught.value.code == "no_tokens"


def test_goodput_counts_requests_that_met_both_limits() -> None:
    fast = metrics.latency(run(0.1, 0.2))
    late = metrics.latency(run(0.9, 1.0))
    slow = metrics.latency(run(0.1, 0.9))
    assert metrics.goodput([fast, late, slow], 2.0, ttft_s=0.5, tpot_s=0.2) == 0.5
