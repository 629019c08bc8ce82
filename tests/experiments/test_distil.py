"""The distillation job: what it tells, that it stops, and what it refuses."""

import json
from pathlib import Path

import pytest

from lesson_core.errors import LabError
from lesson_core.experiments import distil
from lesson_core.schema.distil import Distil
from lesson_core.schema.plain import to_plain
from lesson_core.tasks.distil.text import Text
from lesson_core.tasks.ladder import rungs
from tests.experiments.fake_lab import CONFIG, RECIPE, FakeLab
from tests.tasks.distil import toy

SPEC = Distil(recipe=RECIPE, seconds=1)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Students with the words of the tiny teacher."""
    rung = rungs.Rung(name="ladder-220k", n_layers=1, d_model=32, n_kv_heads=1, d_ff=32,
                      vocab_size=CONFIG.vocab_size)  # fmt: skip
    monkeypatch.setattr(rungs, "named", lambda name: rung)
    monkeypatch.setattr(Text, "load", toy.text)
    monkeypatch.setattr(distil, "STEPS", 6)


@pytest.mark.usefixtures("small")
def test_three_students_are_looked_at_while_they_learn(lab: FakeLab) -> None:
    lab.clock = iter(0.4 * i for i in range(10_000)).__next__
    events = list(distil.run(Distil(recipe=RECIPE, seconds=50), lab))
    json.dumps([to_plain(event) for event in events])
    told = [e.detail for e in events if e.stage == "data"]
    start, looks = told[0], told[1:]
    assert start["what"] == "start" and start["teacher_loss"] > 0
    assert looks and all(set(look["loss"]) == {"plain", "soft", "written"} for look in looks)
    result = events[-1].detail
    assert result["steps"] == 6 and result["curve"] == [
        {name: value for name, value in look.items() if name != "what"} for look in looks
    ]
    assert set(result["arms"]) == {"plain", "soft", "written"}
    assert 0 <= result["arms"]["soft"]["same"] <= 1
    assert result["student_params"] > 8_000


@pytest.mark.usefixtures("small")
def test_the_time_ends_it(lab: FakeLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distil, "STEPS", 10_000)
    lab.clock = iter(0.1 * i for i in range(10_000)).__next__
    result = list(distil.run(SPEC, lab))[-1].detail
    assert 1 <= result["steps"] <= 10


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("looks", [0, 1, 3])
def test_cancelling_ends_it_without_a_result(tmp_path: Path, looks: int) -> None:
    events = list(distil.run(SPEC, FakeLab(tmp_path, stop_after=looks)))
    assert all(event.stage != "result" for event in events)


def test_a_teacher_with_other_words_is_refused(lab: FakeLab) -> None:
    with pytest.raises(LabError) as refused:
        list(distil.run(SPEC, lab))
    assert refused.value.code == "distil_other_words"
    assert refused.value.values == {"teacher": "tiny"}


@pytest.mark.parametrize(
    "more", [{"temperature": 0}, {"temperature": 99}, {"weight": -0.1}, {"weight": 1.1},
             {"seconds": 0}, {"seconds": 90}, {"seed": -1}, {"temperature": float("nan")}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(more: dict) -> None:
    with pytest.raises(LabError):
        Distil(recipe=RECIPE, **more)
