"""The cache changes the time of a step and nothing else: same tokens, same logits."""

import json
from dataclasses import replace

import pytest

from lesson_core.errors import LabError
from lesson_core.experiments import kv_cache
from lesson_core.schema.events import Event
from lesson_core.schema.kv_cache import KvCacheTwins
from lesson_core.schema.plain import to_plain
from tests.experiments.fake_lab import RECIPE, FakeLab, card

SPEC = KvCacheTwins(recipe=RECIPE, prompt="Hi 你", new_tokens=6, card=card())


@pytest.fixture
def events(lab: FakeLab) -> list[Event]:
    return list(kv_cache.run(SPEC, lab))


def steps(events: list[Event]) -> list[Event]:
    return [event for event in events if event.stage == "decode"]


def test_both_sides_agree_at_every_step(events: list[Event]) -> None:
    assert len(steps(events)) >= 2
    for event in steps(events):
        json.dumps(to_plain(event))
        assert event.detail["same"]
        assert event.detail["delta"] < 1e-4
        assert event.detail["margin"] >= 0
        assert event.detail["with_s"] > 0 and event.detail["without_s"] > 0


def test_token_passes_are_counted_as_the_sides_run_them(events: list[Event]) -> None:
    prompt = events[-1].detail["tokens_in"]
    run_with = run_without = 0
    for event in steps(events):
        run_with += 1 if event.step else prompt
        run_without += prompt + event.step
        assert event.detail["passes_with"] == run_with
        assert event.detail["passes_without"] == run_without


def test_predictions_without_a_cache_rise_and_those_with_one_hardly_do(events) -> None:
    predicted = events[-1].detail["predicted"]
    assert predicted["without_s"] == sorted(predicted["without_s"])
    assert predicted["without_s"][-1] > predicted["with_s"][-1]
    assert len(predicted["with_s"]) == events[-1].detail["tokens_out"]


def test_kv_bytes_are_those_a_real_cache_fills(events: list[Event], lab: FakeLab) -> None:
    loaded = lab.model(RECIPE)
    last = steps(events)[-1]
    held = events[-1].detail["tokens_in"] + last.step
    cache = kv_cache.setting.cache_for(loaded, "preallocated", held)
    assert last.detail["kv_bytes"] == cache.nbytes


def test_every_number_format_is_compared(events: list[Event]) -> None:
    found = events[-1].detail["precisions"]
    assert [row["precision"] for row in found] == list(kv_cache.PRECISIONS)
    assert all(row["same"] <= row["steps"] for row in found)


def test_the_steps_of_the_result_are_the_cached_decode_steps(events: list[Event]) -> None:
    result = events[-1].detail
    assert len(result["steps"]) == result["tokens_out"] - 1
    assert [step["measured_s"] for step in result["steps"]] == result["with_s"][1:]


def test_a_cancel_ends_it_without_a_result(lab: FakeLab) -> None:
    lab.stop_after = 1
    assert "result" not in [event.stage for event in kv_cache.run(SPEC, lab)]


def test_one_token_is_refused_in_the_spec() -> None:
    with pytest.raises(LabError, match="out_of_range"):
        replace(SPEC, new_tokens=1)
