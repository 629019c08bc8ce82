"""The abilities bench: its parts, what it skips, and its last line."""

import json
from pathlib import Path

import pytest
import torch

from lesson_core.bench import abilities
from lesson_core.errors import LabError
from lesson_core.model.threads import using_threads


def run(monkeypatch, capsys, *words: str) -> dict:
    monkeypatch.setattr("sys.argv", ["abilities", *words])
    assert abilities.main() == 0
    report: dict = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    return report


@pytest.mark.parametrize("part", abilities.PARTS)
def test_every_part_has_its_measure(part: str) -> None:
    module = __import__(f"lesson_core.bench.abilities_{part}", fromlist=["measure"])
    assert callable(module.measure)


@pytest.mark.encoder
def test_without_data_a_part_is_skipped_and_says_why(monkeypatch, capsys, tmp_path: Path) -> None:
    report = run(monkeypatch, capsys, "--data", str(tmp_path), "--only", "zero_shot")
    assert "data_missing" in report["zero_shot"]["skipped"]
    assert str(tmp_path) in report["zero_shot"]["skipped"]


def test_a_part_runs_on_one_thread_and_says_how_long(monkeypatch, tmp_path: Path) -> None:
    from lesson_core.bench import abilities_vectors

    def threads(data: Path) -> dict:
        return {"threads": torch.get_num_threads()}

    monkeypatch.setattr(abilities_vectors, "measure", threads)
    with using_threads(2):
        found = abilities.measured("vectors", tmp_path)
        assert torch.get_num_threads() == 2
    assert found["threads"] == 1 and found["seconds"] >= 0


def test_the_last_line_holds_all_parts(monkeypatch, capsys) -> None:
    monkeypatch.setattr(abilities, "measured", lambda part, data: {"part": part})
    report = run(monkeypatch, capsys)
    assert report == {part: {"part": part} for part in abilities.PARTS}


def test_a_real_failure_is_not_swallowed(monkeypatch, tmp_path: Path) -> None:
    from lesson_core.bench import abilities_zero_shot

    def broken(data: Path) -> dict:
        raise LabError("model_file_damaged", file="x", problem="y")

    monkeypatch.setattr(abilities_zero_shot, "measure", broken)
    with pytest.raises(LabError, match="model_file_damaged"):
        abilities.measured("zero_shot", tmp_path)
