"""The record of the distillation runs: what it holds, and that a second start goes on."""

import json
from pathlib import Path

import pytest

from lesson_core.bench import abilities_distil, distil
from lesson_core.tasks.distil.train import Settings
from tests.tasks.distil import toy


def arms(plain: float, soft: float, written: float) -> dict:
    return {name: {"loss": loss} for name, loss in
            (("plain", plain), ("soft", soft), ("written", written))}  # fmt: skip


def test_the_line_of_the_bench_names_every_seed() -> None:
    runs = [arms(4.5, 4.4, 4.6), arms(4.6, 4.5, 4.5), arms(4.4, 4.3, 4.7)]
    line = abilities_distil.report(runs, 2.7)
    assert line["plain_loss"] == [4.5, 4.6, 4.4] and line["kd_loss"] == [4.4, 4.5, 4.3]
    assert line["written_loss"] == [4.6, 4.5, 4.7] and line["passed"]
    runs[1]["soft"]["loss"] = 4.7
    assert not abilities_distil.report(runs, 2.7)["passed"]


def test_a_second_start_trains_what_is_missing(tmp_path: Path, capsys) -> None:
    file = tmp_path / "distil.json"
    teacher, text = toy.teacher(steps=5), toy.text()
    wanted = [Settings(rung=toy.TINY, steps=8, seed=seed) for seed in (1, 2)]
    distil.record(teacher, text, wanted[:1], file)
    before = json.loads(file.read_text())["runs"]
    distil.record(teacher, text, wanted, file)
    found = json.loads(file.read_text())
    assert found["runs"][:1] == before and [run["seed"] for run in found["runs"]] == [1, 2]
    assert capsys.readouterr().out.count("plain") == 2
    assert found["tokens"]["held"] == len(text.held.ids)
    assert found["runs"][0]["params"] == sum(w.numel() for w in teacher.parameters())


def test_every_model_of_the_record_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distil, "REPEATS", 3)
    monkeypatch.setattr(distil, "STEPS_TIMED", 2)
    monkeypatch.setattr(distil, "PROMPT", 8)
    monkeypatch.setattr(distil, "KINDS", ("none",))
    found = distil.latency(toy.teacher(steps=1))
    assert set(found["none"]) == {distil.TEACHER, distil.STUDENT, *distil.OTHERS}
    assert all(one["n"] == 3 and one["median"] > 0 for one in found["none"].values())
