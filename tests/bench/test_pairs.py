"""Reports of pairs put together."""

import argparse

import pytest

from lesson_core.bench import pairs


def report(peer: str, ratio: float, fraction: float, agree: bool = True) -> dict:
    return {
        "ratios": {"decode_fp32": {peer: ratio}}, "bound_fraction": {"fp32": fraction},
        "agree": {"fp32": agree}, "bandwidth_gb_s": {"fp32": 20.0},
        "rows": [{"side": "ours", "tok_s": 40.0}, {"side": peer, "tok_s": 40 / ratio}],
    }  # fmt: skip


def test_ratios_are_joined_and_what_is_ours_is_the_median() -> None:
    found = pairs.merged({
        ("fp32", "a"): report("a", 1.4, 0.9), ("fp32", "b"): report("b", 1.2, 0.8),
        ("fp32", "c"): report("c", 1.1, 0.7),
    })  # fmt: skip
    assert found["ratios"] == {"decode_fp32": {"a": 1.4, "b": 1.2, "c": 1.1}}
    assert found["bound_fraction"] == {"fp32": 0.8}
    assert [row["beside"] for row in found["rows"]] == ["a", "a", "b", "b", "c", "c"]


def test_one_disagreement_is_a_disagreement() -> None:
    found = pairs.merged({
        ("fp32", "a"): report("a", 1.4, 0.9), ("fp32", "b"): report("b", 1.2, 0.8, agree=False),
    })  # fmt: skip
    assert found["agree"] == {"fp32": False}


def test_a_pair_that_fails_says_why(monkeypatch) -> None:
    failed = argparse.Namespace(stdout="Loading\n", stderr="no such peer")
    monkeypatch.setattr(pairs.subprocess, "run", lambda *a, **k: failed)
    args = argparse.Namespace(batch_rounds=0, folder="f", rounds=1, threads=1)
    with pytest.raises(RuntimeError, match="no such peer"):
        pairs.measured("fp32", "a", args)
