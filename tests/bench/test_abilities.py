"""The abilities bench: its parts, what it skips, and its last line."""

import json
from pathlib import Path

import pytest

from lesson_core.bench import abilities
from lesson_core.errors import LabError


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
