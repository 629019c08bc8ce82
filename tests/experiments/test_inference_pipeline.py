"""The pipeline taken apart: the parts are the whole, and watching changes no token."""

import dataclasses
import json

import pytest
import torch

from lesson_core.experiments import inference_pipeline, probed, token_clock
from lesson_core.model.cache import KVCache, NoCache
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.specs import PipelineTrace, TokenClock
from tests.experiments.fake_lab import CONFIG, RECIPE, FakeLab, card

SPEC = PipelineTrace(recipe=RECIPE, prompt="Hi 你", new_tokens=4, card=card())


@pytest.fixture
def events(lab: FakeLab) -> list[Event]:
    return list(inference_pipeline.run(SPEC, lab))


def of_step(events: list[Event], step: int) -> list[Event]:
    return [event for event in events if event.step == step]


def length(event: Event) -> float:
    return event.end_s - event.start_s


def test_each_step_is_embed_layers_logits_pass_sample(events: list[Event]) -> None:
    for step in range(events[-1].detail["tokens_out"]):
        whole = "decode" if step else "prefill"
        found = [event.stage for event in of_step(events, step)]
        assert found == ["embed", *["layer"] * CONFIG.n_layers, "logits", whole, "sample"]
    for event in events:
        json.dumps(to_plain(event))


def test_the_stages_of_a_step_tile_its_pass(events: list[Event]) -> None:
    for step in range(events[-1].detail["tokens_out"]):
        *parts, whole, sample = of_step(events, step)
        assert parts[0].start_s == whole.start_s
        assert parts[-1].end_s == whole.end_s == sample.start_s
        assert sum(map(length, parts)) == pytest.approx(length(whole))
        layers = sum(length(part) for part in parts if part.stage == "layer")
        assert layers < length(whole)


def test_counts_of_the_stages_add_up_to_the_pass(events: list[Event]) -> None:
    for step in range(2):
        *parts, whole, _ = of_step(events, step)
        assert sum(part.bytes for part in parts) == whole.bytes
        assert sum(part.flops for part in parts) == whole.flops
        predicted = sum(part.detail["predicted_s"] for part in parts)
        assert predicted == pytest.approx(whole.detail["predicted"]["total_s"])


def test_the_gap_adds_up_to_the_measurement(events: list[Event]) -> None:
    for event in events:
        if event.stage in ("prefill", "decode"):
            gap = dict(event.detail["gap"])
            measured = gap.pop("measured_s")
            assert measured == pytest.approx(length(event))
            assert sum(gap.values()) == pytest.approx(measured)


def test_tokens_spell_the_learners_text(events: list[Event]) -> None:
    detail = next(event for event in events if event.stage == "tokenize").detail
    text = SPEC.prompt.encode()
    assert bytes(detail["utf8"]) == text
    spelled = bytes(byte for token in detail["tokens"] for byte in token["bytes"])
    assert text in spelled
    assert all(token["bytes"] == [] for token in detail["tokens"] if token["control"])


def test_watching_changes_no_token(events: list[Event], lab: FakeLab) -> None:
    spec = TokenClock(recipe=RECIPE, prompt=SPEC.prompt, new_tokens=4, card=card())
    plain = list(token_clock.run(spec, lab))
    ids = [[e.token_id for e in run if e.stage == "sample"] for run in (events, plain)]
    assert ids[0] == ids[1]


def test_the_probed_pass_is_the_models_own(lab: FakeLab) -> None:
    loaded = lab.model(RECIPE)
    for cache in (KVCache(CONFIG, 1, 20, torch.float32, "cpu"), NoCache()):
        seen = probed.forward(loaded, [1, 2, 3], cache, lab.clock)
        expected = loaded.model.last_logits(torch.tensor([[1, 2, 3]]), NoCache())[0]
        torch.testing.assert_close(seen.logits, expected)
        probed.forward(loaded, [4], cache, lab.clock)
        assert cache.length == 4


def test_embedding_rows_are_those_of_the_table(events: list[Event], lab: FakeLab) -> None:
    embed = of_step(events, 0)[0]
    table = lab.model(RECIPE).model.embedding.weight
    for row in embed.detail["rows"]:
        assert row["values"] == pytest.approx(table[row["id"], :8].tolist(), abs=1e-4)


def test_the_ten_largest_come_in_order_and_hold_the_greedy_token(events: list[Event]) -> None:
    *_, logits, _, sample = of_step(events, 0)
    top = logits.detail["top"]
    assert top[0]["id"] == sample.token_id
    assert [row["logit"] for row in top] == sorted((r["logit"] for r in top), reverse=True)
    assert 0 < sum(row["prob"] for row in top) <= 1 + 1e-6


def test_the_result_tells_every_step_and_what_watching_cost(events: list[Event]) -> None:
    result = events[-1].detail
    steps, probe = result["steps"], result["probe"]
    assert [step["phase"] for step in steps] == ["prefill", *["decode"] * (len(steps) - 1)]
    for step in steps:
        inside = step["embed_s"] + step["layers_s"] + step["head_s"]
        assert inside == pytest.approx(step["measured_s"])
        assert step["measured_s"] - step["predicted_s"] == pytest.approx(step["unexplained_s"])
        assert step["unprobed_s"] > 0
    assert probe["overhead_s"] == pytest.approx(probe["probed_s"] - probe["unprobed_s"])
    assert probe["overhead_s"] > 0  # every look at this clock takes a millisecond


def test_operators_of_both_phases_are_listed(events: list[Event]) -> None:
    detail = next(event for event in events if event.stage == "data").detail
    rows = detail["operators"]
    decode = of_step(events, 1)
    layer = next(event for event in decode if event.stage == "layer")
    mine = [row for row in rows["decode"] if row["part"] == "layer"]
    assert sum(row["flops"] for row in mine) == layer.flops
    assert sum(row["weight_bytes"] + row["kv_bytes"] for row in mine) == layer.bytes


def test_a_cancel_ends_it_without_a_result(lab: FakeLab) -> None:
    lab.stop_after = 1
    assert "result" not in [event.stage for event in inference_pipeline.run(SPEC, lab)]


def test_without_a_cache_it_works_too(lab: FakeLab) -> None:
    recipe = dataclasses.replace(RECIPE, cache="none")
    events = list(inference_pipeline.run(dataclasses.replace(SPEC, recipe=recipe), lab))
    prompt = events[-1].detail["tokens_in"]
    assert of_step(events, 1)[0].shape == (1, prompt + 1, CONFIG.d_model)
