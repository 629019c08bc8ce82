"""Each wrong way is off by what its definition says, and only by that."""

import pytest

from lesson_core.theory import wrong_ways
from lesson_core.theory.metrics import Latency


def answer(ttft: float = 0.2, gap: float = 0.03, tokens: int = 11, extra: float = 0.0) -> Latency:
    gaps = [gap] * (tokens - 2) + [gap + extra]
    whole = ttft + sum(gaps)
    return Latency(ttft_s=ttft, tpot_s=sum(gaps) / len(gaps), itl_s=tuple(gaps), e2e_s=whole,
                   prefill_s=ttft, decode_tok_s=1 / gap, tokens=tokens)  # fmt: skip


def off(
    runs: list[Latency], cold: Latency | None = None, unsynced: float = 0.03
) -> dict[str, float]:
    found = wrong_ways.compare(cold or runs[0], unsynced, runs)
    assert [way.way for way in found] == list(wrong_ways.WAYS)
    return {way.way: way.off for way in found}


def test_without_disturbance_only_the_definitions_are_off() -> None:
    found = off([answer()] * 5)
    assert found["by_n"] == pytest.approx(-1 / 11)
    assert found["no_prefill"] == pytest.approx(0.2 / 0.3)
    for way in ("cold", "no_sync", "one_run", "mean"):
        assert found[way] == pytest.approx(0)


def test_a_cold_run_and_an_unsynchronised_clock() -> None:
    found = off([answer()] * 5, cold=answer(ttft=0.5), unsynced=0.003)
    assert found["cold"] == pytest.approx(1.5)
    assert found["no_sync"] == pytest.approx(-0.9)


def test_one_late_token_moves_the_mean_and_the_worst_run_but_no_median() -> None:
    found = off([*[answer()] * 8, answer(extra=0.3)])
    assert found["one_run"] == pytest.approx(1.0)
    assert found["mean"] > 0.05


def test_theory_tells_the_two_that_follow_from_the_definitions() -> None:
    expected = wrong_ways.expected_off(0.2, 0.03, 11)
    found = off([answer()] * 5)
    assert expected["by_n"] == pytest.approx(found["by_n"])
    assert expected["no_prefill"] == pytest.approx(found["no_prefill"])


def test_goodput_counts_answers_that_keep_both_promises() -> None:
    runs = [answer(), answer(ttft=0.5), answer(gap=0.1), answer()]
    assert wrong_ways.goodput(runs, ttft_s=0.3, tpot_s=0.05) == 0.5
