"""The ladder's three jobs on tiny rungs: what they tell, and that they stop."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from lesson_core.errors import LabError
from lesson_core.experiments import rung_samples, why_parameters
from lesson_core.schema.events import Event
from lesson_core.schema.parameters import MeasureLadder, RungSamples, TrainRungs
from lesson_core.schema.plain import to_plain
from lesson_core.tasks.bilingual import packing
from lesson_core.tasks.ladder import held_out
from lesson_core.theory import in_a_row
from tests.experiments import fake_ladder
from tests.experiments.fake_lab import FakeLab
from tests.experiments.fake_ladder import RUNGS


@pytest.fixture(autouse=True)
def small(monkeypatch, tmp_path: Path) -> None:
    fake_ladder.install(monkeypatch, tmp_path)


def told(events: list[Event], what: str) -> list[dict]:
    json.dumps([to_plain(event) for event in events])
    return [e.detail for e in events if e.stage == "data" and e.detail["what"] == what]


def test_all_rungs_read_the_whole_text_and_the_sums_are_those_of_one_pass(lab: FakeLab) -> None:
    events = list(why_parameters.run(MeasureLadder(), lab))
    result, held = events[-1].detail, packing.Documents.load(why_parameters.ladder.HELD_OUT)
    assert result["documents"] == result["of"] == len(held)
    assert [row["name"] for row in result["rungs"]] == [rung.name for rung in RUNGS]
    for row in result["rungs"]:
        assert row["held_out"] == held_out.measure(fake_ladder.load(row["name"]), held)
        right, tried = row["in_a_row"][0]
        assert tried == row["held_out"]["all"]["tokens"] and 0 <= right <= tried
        stretches = [right for right, _ in row["in_a_row"]]
        assert stretches == sorted(stretches, reverse=True)
    small, large = (result["rungs"][i]["held_out"]["all"]["nats_per_token"] for i in (0, -1))
    assert result["less"] == pytest.approx(100 * (1 - large / small), abs=0.01)
    assert result["low"] < result["less"] < result["high"]


def test_running_sums_are_those_of_all_documents_at_once(monkeypatch, lab: FakeLab) -> None:
    monkeypatch.setattr(why_parameters, "AT_ONCE", 2)
    monkeypatch.setattr(held_out, "told", guesses)
    held = packing.Documents.load(why_parameters.ladder.HELD_OUT)
    read = told(list(why_parameters.run(MeasureLadder(), lab)), "read")
    assert len(read) == -(-len(held) // 2) > 2
    hits = [hits for _, hits in guesses(None, [held.document(i) for i in range(len(held))])]
    for k, found in enumerate(read[-1]["rungs"][0]["in_a_row"], start=1):
        assert tuple(found) == in_a_row.in_a_row(hits, k)
    assert read[-1]["rungs"][0]["in_a_row"][1][0] > 0  # some stretches of two are right


def guesses(model: object, documents: list[np.ndarray]) -> list[held_out.Told]:
    """Two tokens of three are right, whatever the model; the context of a rung is read."""
    lengths = [len(one[: held_out.LONGEST]) - 1 for one in documents]
    return [(np.ones(n), np.arange(n) % 3 > 0) for n in lengths]


def test_it_reads_only_as_long_as_it_may(lab: FakeLab) -> None:
    lab.clock = iter(0.4 * i for i in range(1000)).__next__
    events = list(why_parameters.run(MeasureLadder(seconds=1), lab))
    read = told(events, "read")
    assert 1 <= len(read) < 4
    assert events[-1].detail["documents"] == read[-1]["documents"] < events[-1].detail["of"]


def test_three_rungs_train_on_the_same_tokens_and_learn(lab: FakeLab) -> None:
    lab.clock = iter(0.001 * i for i in range(100_000)).__next__
    events = list(why_parameters.train(TrainRungs(seconds=1), lab))
    result = events[-1].detail
    steps, held = told(events, "step"), told(events, "held_out")
    assert len(held) >= 4 and len(steps) >= 3
    assert held[-1]["losses"] == result["losses"] and len(result["losses"]) == len(RUNGS)
    assert all(loss < 0.97 * math.log(258) for loss in result["losses"])
    assert [row["tokens"] for row in steps] == sorted(row["tokens"] for row in steps)
    assert [row["n"] for row in result["rungs"]] == [rung.params for rung in RUNGS]
    flop = [row["flop"] for row in result["rungs"]]
    assert flop[0] == 6 * (RUNGS[0].params + 258 * 32) * result["tokens"]


def test_training_ends_when_the_text_was_read_once(lab: FakeLab) -> None:
    result = list(why_parameters.train(TrainRungs(seconds=60), lab))[-1].detail
    text = packing.Documents.load(why_parameters.ladder.TEXT)
    assert 0.6 * len(text.ids) < result["tokens"] <= len(text.ids)


def test_every_rung_writes_the_same_twice(lab: FakeLab) -> None:
    spec = RungSamples(prompt="ab", new_tokens=5, temperature=0.8)
    first, again = (list(rung_samples.run(spec, lab))[-1].detail for _ in range(2))
    assert first == again and first["tokens"] == 2
    assert [row["name"] for row in first["texts"]] == [rung.name for rung in RUNGS]
    assert all(row["nats"] > 0 for row in first["texts"])


def test_one_token_has_no_loss_and_odd_text_is_read(lab: FakeLab) -> None:
    for prompt in ("a", "混 mixed 🙂", "\ud800"):
        events = list(rung_samples.run(RungSamples(prompt=prompt, new_tokens=2), lab))
        assert (events[-1].detail["texts"][0]["nats"] is None) == (prompt == "a")


@pytest.mark.parametrize("looks", [0, 1, 4])
def test_cancelling_ends_each_without_a_result(tmp_path: Path, looks: int) -> None:
    runs = [
        (why_parameters.run, MeasureLadder()),
        (why_parameters.train, TrainRungs()),
        (rung_samples.run, RungSamples(prompt="ab")),
    ]
    for run, spec in runs:
        events = run(spec, FakeLab(tmp_path, stop_after=min(looks, 2)))
        assert all(event.stage != "result" for event in events)


@pytest.mark.parametrize(
    ("prompt", "code"),
    [("", "prompt_empty"), (" \n", "prompt_empty"), ("x" * 1_000_000, "prompt_too_many_chars")],
)
def test_a_beginning_that_is_none_is_refused(prompt: str, code: str) -> None:
    with pytest.raises(LabError) as problem:
        RungSamples(prompt=prompt)
    assert problem.value.code == code


def test_a_beginning_that_leaves_no_room_is_refused(lab: FakeLab) -> None:
    with pytest.raises(LabError, match="prompt_too_long"):
        list(rung_samples.run(RungSamples(prompt="x" * 600), lab))


@pytest.mark.parametrize("more", [{"rungs": 1}, {"rungs": 9}, {"seconds": 0}, {"seconds": 999}])
def test_what_makes_no_sense_is_refused(more: dict) -> None:
    with pytest.raises(LabError):
        TrainRungs(**more)
