"""The arithmetic of the engine benchmark, on runs made up for it."""

import sys

import pytest

from lesson_core.bench import __main__ as command
from lesson_core.bench import engine
from lesson_core.bench.sides import Run


def _run(first_s: float, gap_s: float) -> Run:
    return Run(tokens=(1,) * 64, at_s=tuple(first_s + i * gap_s for i in range(64)))


def test_n_tokens_have_n_minus_1_gaps() -> None:
    run = _run(0.5, 0.02)
    assert run.prefill_s == 0.5
    assert run.decode_s == pytest.approx(0.02)


def test_a_ratio_is_the_median_of_pairs() -> None:
    runs = {
        ("ours", "fp32", 32): [_run(1, 0.02), _run(1, 0.04), _run(1, 0.02)],
        ("transformers", "fp32", 32): [_run(2, 0.03), _run(2, 0.08), _run(2, 0.02)],
    }
    assert engine._ratio(runs, 32, "decode_s") == pytest.approx(1.5)
    assert engine._ratio(runs, 32, "prefill_s") == 2.0


def test_an_unknown_name_shows_the_known_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "nonsense"])
    assert command.main() == 2
    assert "engine" in capsys.readouterr().out
