"""The stack: every stage keeps the changes before it, all answer the same prompt, in turns."""

import json
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from lesson_core.errors import LabError
from lesson_core.experiments import optimise
from lesson_core.schema.events import Event
from lesson_core.schema.optimise import CHANGES, Optimise, stacked
from lesson_core.schema.plain import to_plain
from lesson_core.speed.build import build, weight_bytes
from lesson_core.theory import amdahl, formats
from tests.experiments.fake_lab import RECIPE, FakeLab, card, tiny_model

SPEC = Optimise(recipe=RECIPE, prompt="Hi 你", changes=("kv-cache", "sdpa", "ffn", "lookup"),
                new_tokens=6, repeats=3, card=card())  # fmt: skip


class BuildingLab(FakeLab):
    """Builds what the recipe says; what this machine cannot run, it refuses like the real one."""

    def model(self, recipe) -> SimpleNamespace:
        loaded = super().model(recipe)
        if recipe.compile == "fused":
            raise LabError("compiler_missing", compiler="g++")
        loaded.model = build(tiny_model(), recipe)
        loaded.config = loaded.model.config
        loaded.scheme = formats.of_recipe(recipe.precision, 4, recipe.kv_precision)
        loaded.weight_bytes = weight_bytes(loaded.model)
        return loaded


@pytest.fixture(autouse=True, scope="module")
def short_texts() -> Iterator[None]:
    texts = {"en": ["A short text of ours."], "zh": ["短短一段话。"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(optimise.quality_report, "texts", lambda: texts)
        patch.setattr(optimise.quality_report, "NEW_TOKENS", 4)
        yield


@pytest.fixture(scope="module")
def events(tmp_path_factory) -> list[Event]:
    return list(optimise.run(SPEC, BuildingLab(tmp_path_factory.mktemp("lab"))))


def test_every_event_is_plain(events: list[Event]) -> None:
    for event in events:
        json.dumps(to_plain(event))


def test_each_stage_keeps_the_changes_before_it(events: list[Event]) -> None:
    stages = events[-1].detail["stages"]
    assert [stage["change"] for stage in stages] == ["", *SPEC.changes]
    last = stages[-1]["recipe"]
    assert (last["cache"], last["attention"], last["pruning"], last["drafting"]) == (
        "preallocated", "sdpa", "ffn", "lookup",
    )  # fmt: skip


def test_changes_that_leave_the_weights_alone_leave_the_answer_alone(events) -> None:
    stages = {stage["change"]: stage for stage in events[-1].detail["stages"]}
    for change in ("kv-cache", "sdpa"):
        assert stages[change]["same_tokens"] == stages[change]["tokens"]
        assert stages[change]["quality"] == stages[""]["quality"]
    assert stages["ffn"]["quality"]["kl"] > 0
    assert stages["ffn"]["weight_bytes"] < stages[""]["weight_bytes"]
    assert stages["lookup"]["quality"] == stages["ffn"]["quality"]


def test_every_stage_is_timed_as_often_as_the_others(events: list[Event]) -> None:
    for stage in events[-1].detail["stages"]:
        assert all(len(samples) == SPEC.repeats for samples in stage["samples"].values())
        assert [bar["end_ms"] for bar in stage["bars"]] == sorted(
            bar["end_ms"] for bar in stage["bars"]
        )
        assert len(stage["bars"]) == stage["tokens"]


def test_a_change_this_machine_cannot_run_is_left_out_and_named(tmp_path) -> None:
    spec = Optimise(recipe=RECIPE, prompt="Hi", changes=("kv-cache", "fused", "sdpa"),
                    new_tokens=4, repeats=3, card=card())  # fmt: skip
    result = list(optimise.run(spec, BuildingLab(tmp_path)))[-1].detail
    assert [row["change"] for row in result["refused"]] == ["fused"]
    assert [stage["change"] for stage in result["stages"]] == ["", "kv-cache", "sdpa"]
    assert result["stages"][-1]["recipe"]["compile"] == "none"


def test_a_cancel_ends_it_without_a_result(tmp_path) -> None:
    lab = BuildingLab(tmp_path, stop_after=4)
    assert "result" not in [event.stage for event in optimise.run(SPEC, lab)]


def test_the_order_is_the_learners() -> None:
    recipes = stacked(RECIPE, ("int8", "kv-cache"))
    assert [(r.precision, r.cache) for r in recipes] == [
        ("fp32", "none"), ("int8", "none"), ("int8", "preallocated"),
    ]  # fmt: skip


@pytest.mark.parametrize("changes", [(), ("sdpa", "sdpa"), tuple(CHANGES) * 2])
def test_no_change_and_a_change_twice_are_refused(changes) -> None:
    with pytest.raises(LabError, match="out_of_range"):
        Optimise(recipe=RECIPE, prompt="Hi", changes=changes)


def test_amdahl() -> None:
    assert amdahl.speedup(0.0, 100) == 1
    assert amdahl.speedup(1.0, 4) == 4
    assert amdahl.speedup(0.5, 1e12) == pytest.approx(2)
