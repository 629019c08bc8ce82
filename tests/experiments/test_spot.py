"""The jobs of “spot the bug”: what was drawn really ran, and every scene has its words."""

import json

import pytest

from lesson_core import source
from lesson_core.compute.lab import Lab
from lesson_core.compute.shelf import Shelf
from lesson_core.errors import LabError
from lesson_core.experiments import spot
from lesson_core.experiments.registry import JOBS
from lesson_core.learn.spot import scenes
from lesson_core.measure.timers import arms, per_token
from lesson_core.schema.events import Event
from lesson_core.schema.plain import from_plain
from lesson_core.schema.spot import SpotOutput, SpotTiming, Table

MODULES = {"arms": arms, "per-token": per_token, **spot.SCENES}
LAB = Lab(shelf=Shelf(), cancelled=lambda: False)


@pytest.mark.parametrize("name", MODULES)
def test_words_and_functions_are_the_same_six(name: str) -> None:
    scene, module = scenes.scene(name), MODULES[name]
    assert list(scene.mistakes) == [function.__name__ for function in module.WRONG]
    assert len(scene.mistakes) == 6
    assert name in scenes.SCENES[scene.kind]
    for function in (module.right, *module.WRONG):
        found = source.shown(scene.module, function.__name__)
        assert found.fingerprint == source.fingerprint(function)


@pytest.mark.parametrize("name", spot.SCENES)
def test_an_output_puzzle_shows_what_its_mistake_gives(name: str) -> None:
    events = list(spot.output(SpotOutput(scene=name, seed=7), LAB))
    json.dumps([event.detail for event in events])
    result = events[-1].detail
    words = scenes.scene(name)
    assert result["mistake"] in words.mistakes
    for side in ("table", "right"):
        table = from_plain(Table, result[side])
        assert all(len(row) == len(table.columns) for row in table.rows)
    assert result["table"] != result["right"]
    ran = next(event for event in events if event.stage == "code").detail["functions"]
    assert set(ran) == {f"{words.module}:right", f"{words.module}:{result['mistake']}"}


def test_the_same_seed_draws_the_same_and_all_six_are_drawn() -> None:
    def drawn(seed: int) -> Event:
        return list(spot.output(SpotOutput(scene="attention", seed=seed), LAB))[-1]

    assert drawn(5) == drawn(5)
    assert len({drawn(seed).detail["mistake"] for seed in range(30)}) == 6


@pytest.mark.parametrize("name", ["arms", "per-token"])
def test_a_timing_puzzle_is_clear_or_there_is_none(name: str) -> None:
    """Whatever this machine is busy with: a puzzle with one explanation, or a sentence."""
    events = []
    try:
        events += spot.timing(SpotTiming(scene=name, seed=3), LAB)
    except LabError as problem:
        assert problem.code == "spot_unclear"
        return
    result = events[-1].detail
    assert result["mistake"] in scenes.scene(name).mistakes
    assert result["table"]["told"] != result["right"]["told"]


def test_where_nothing_shows_the_learner_is_told(monkeypatch) -> None:
    monkeypatch.setattr(spot, "_per_token", lambda *_: (None, None, False))
    events = spot.timing(SpotTiming(scene="per-token", seed=3), LAB)
    with pytest.raises(LabError, match="spot_unclear"):
        list(events)


def test_an_unclear_mistake_is_passed_over(monkeypatch) -> None:
    real, asked = spot._per_token, []

    def attempt(engine, wrong):
        asked.append(wrong.__name__)
        table, right, _ = real(engine, wrong)
        return table, right, len(asked) == 3

    monkeypatch.setattr(spot, "_per_token", attempt)
    result = list(spot.timing(SpotTiming(scene="per-token", seed=3), LAB))[-1].detail
    assert (result["passed_over"], result["mistake"]) == (2, asked[2])


def test_a_cancelled_one_ends_without_a_result() -> None:
    lab = Lab(shelf=Shelf(), cancelled=lambda: True)
    events = list(spot.timing(SpotTiming(scene="arms", seed=1), lab))
    assert "result" not in [event.stage for event in events]


def test_seeds_out_of_range_are_refused() -> None:
    with pytest.raises(LabError, match="out_of_range"):
        SpotOutput(scene="int8", seed=-1)
    with pytest.raises(LabError, match="out_of_range"):
        SpotTiming(scene="arms", seed=10**9)
    assert JOBS["spot_timing"].lane == "measured"
