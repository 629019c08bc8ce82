"""The Transformer lesson's jobs: what they tell, and that they stop."""

import json
from pathlib import Path

import pytest

from lesson_core.errors import LabError
from lesson_core.experiments import first_transformer
from lesson_core.learn.measured import transformer as measured
from lesson_core.schema.first_transformer import BrokenTransformer, TrainTransformer
from lesson_core.schema.plain import to_plain
from tests.experiments.fake_lab import FakeLab

TRAIN = TrainTransformer(task="copy", digits=2, seconds=1)


def test_every_mistake_is_told_and_kept(lab: FakeLab) -> None:
    events = list(first_transformer.run(BrokenTransformer(), lab))
    json.dumps([to_plain(event) for event in events])
    told = {e.detail["what"]: e.detail for e in events if e.stage == "data"}
    assert list(told) == list(events[-1].detail) == ["raw_ids", "one_output", "order", "leak"]
    assert told["one_output"]["loss"] == 0.0


def test_training_tells_loss_and_samples_until_its_time_is_up(lab: FakeLab) -> None:
    lab.clock = iter(0.02 * i for i in range(10_000)).__next__
    events = list(first_transformer.train(TRAIN, lab))
    json.dumps([to_plain(event) for event in events])
    result = events[-1].detail
    told = [e.detail for e in events if e.stage == "data"]
    assert told[0]["what"] == "untrained" and told[0]["loss"] == result["untrained"]["loss"]
    assert told[1]["step"] == 1
    assert len(result["curve"]) == len(told) - 1 > 1
    assert result["steps"] == told[-1]["step"]
    assert 50_000 < result["parameters"] < 200_000
    assert len(result["samples"]) == 4
    key = measured.first_loss(result)
    assert key.askable and key.low < key.value == told[0]["loss"] < key.high


@pytest.mark.parametrize("looks", [0, 1, 3])
def test_cancelling_ends_it_without_a_result(tmp_path: Path, looks: int) -> None:
    for run, spec in (
        (first_transformer.run, BrokenTransformer()),
        (first_transformer.train, TRAIN),
    ):
        events = run(spec, FakeLab(tmp_path, stop_after=looks))
        assert all(event.stage != "result" for event in events)


@pytest.mark.parametrize("more", [{"digits": 1}, {"digits": 99}, {"seconds": 0}, {"seconds": 999}])
def test_what_makes_no_sense_is_refused(more: dict) -> None:
    with pytest.raises(LabError):
        TrainTransformer(**more)
