"""The arithmetic of the engine benchmark, on runs made up for it."""

import sys
from collections.abc import Sequence

import numpy as np
import pytest

from lesson_core.artefacts.convert import hf_name, unpermute
from lesson_core.bench import __main__ as command
from lesson_core.bench import agreement, engine, peer_files
from lesson_core.bench.sides import Run


def _run(first_s: float, gap_s: float) -> Run:
    return Run.of([first_s + i * gap_s for i in range(64)])


def test_n_tokens_have_n_minus_1_gaps() -> None:
    run = _run(0.5, 0.02)
    assert run.prefill_s == 0.5
    assert run.decode_s == pytest.approx(0.02)


def test_a_ratio_is_the_median_of_pairs() -> None:
    runs = {
        ("ours", 32, 1): [_run(1, 0.02), _run(1, 0.04), _run(1, 0.02)],
        ("transformers", 32, 1): [_run(2, 0.03), _run(2, 0.08), _run(2, 0.02)],
    }
    assert engine.ratio(runs, "transformers", 32, 1, "decode_s") == pytest.approx(1.5)
    assert engine.ratio(runs, "transformers", 32, 1, "prefill_s") == 2.0


def test_a_batch_counts_the_tokens_of_all_its_sequences() -> None:
    rows = engine.rows("fp32", {("ours", 32, 16): [_run(0.5, 0.02)]})
    speeds = {row["phase"]: row["tok_s"] for row in rows}
    assert speeds == {"prefill": 16 * 32 / 0.5, "decode": 16 / 0.02}


def test_a_missed_bar_fails() -> None:
    report = {"agree": {"fp32": True}, "ratios": {"decode_fp32": {"transformers": 1.31}}}
    assert engine._passes(report)
    report["ratios"]["decode_fp32"]["transformers"] = 1.29  # type: ignore[index]
    assert not engine._passes(report)
    report["ratios"]["decode_fp32"]["transformers"] = 1.31  # type: ignore[index]
    report["agree"]["fp32"] = False
    assert not engine._passes(report)


class _Tied:
    def __init__(self, margin: float) -> None:
        self.gap = margin

    def margin(self, token_ids: Sequence[int]) -> float:
        return self.gap


def test_tokens_agree_up_to_a_near_tie_or_the_end_of_text() -> None:
    same = agreement.same_tokens
    assert same(_Tied(1.0), [1], [2, 3], [2, 3], [0])  # type: ignore[arg-type]
    assert not same(_Tied(1.0), [1], [2, 3], [2, 4], [0])  # type: ignore[arg-type]
    assert same(_Tied(1e-4), [1], [2, 3], [2, 4], [0])  # type: ignore[arg-type]
    assert same(_Tied(1.0), [1], [0, 3], [0, 4], [0])  # type: ignore[arg-type]


class _Scores:
    def __init__(self, name: str, losses: list[float | None]) -> None:
        self.name, self._losses = name, losses

    def losses(self, token_ids: Sequence[int]) -> list[float | None]:
        return self._losses


def test_perplexity_is_of_the_tokens_that_every_side_tells() -> None:
    sides = [_Scores("ours", [1.0, 2.0, 9.0, 0.0]), _Scores("theirs", [2.0, 3.0, None, 0.0])]
    found = agreement.perplexities(sides, [[1, 2, 3, 4, 5]])  # type: ignore[arg-type]
    assert found == pytest.approx({"ours": np.exp(1.0), "theirs": np.exp(5 / 3)})


def test_a_peer_s_file_holds_names_and_rows_as_it_wants_them() -> None:
    for name in ("model.embed_tokens.weight", "model.layers.3.self_attn.q_proj.weight",
                 "model.layers.0.mlp.down_proj.weight", "model.norm.weight"):  # fmt: skip
        assert hf_name(peer_files._their_name(name)) == name
    config = {"num_attention_heads": 3, "num_key_value_heads": 1}
    weight = np.arange(24 * 4, dtype=np.float32).reshape(24, 4)
    theirs = peer_files._in_their_order("x.q_proj.weight", weight, config)
    assert not np.array_equal(theirs, weight)
    assert np.array_equal(unpermute(theirs, 3), weight)


def test_an_unknown_name_shows_the_known_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "nonsense"])
    assert command.main() == 2
    assert "engine" in capsys.readouterr().out
