"""Both phases are priced and timed product by product, the step over the batch in turns."""

import json

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.experiments import two_regimes
from lesson_core.measure import operators_timed
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.two_regimes import TwoRegimes
from lesson_core.theory import operators
from tests.experiments.fake_lab import CONFIG, RECIPE, FakeLab, card, tiny_model

SPEC = TwoRegimes(recipe=RECIPE, prompt_len=16, max_batch=8, repeats=3, card=card())


@pytest.fixture(scope="module")
def events(tmp_path_factory) -> list[Event]:
    lab = FakeLab(tmp_path_factory.mktemp("lab"))
    return list(two_regimes.run(SPEC, lab))


def told(events: list[Event], what: str) -> list[dict]:
    return [e.detail for e in events if e.stage == "data" and e.detail["what"] == what]


def test_every_event_is_plain(events: list[Event]) -> None:
    for event in events:
        json.dumps(to_plain(event))


def test_each_product_that_does_arithmetic_is_timed_in_both_phases(events: list[Event]) -> None:
    for phase, tokens in (("prefill", SPEC.prompt_len), ("decode", 1)):
        step = operators.step(CONFIG, tokens, SPEC.prompt_len)
        wanted = {op.name for op in step.operators() if op.flops}
        mine = [row for row in told(events, "operator") if row["phase"] == phase]
        assert {row["name"] for row in mine} == wanted
        assert all(row["flops_per_s"] > 0 for row in mine)


def test_prefill_uses_a_weight_once_per_token(events: list[Event]) -> None:
    found = {(r["phase"], r["name"]): r["intensity"] for r in told(events, "operator")}
    assert found["decode", "qkv"] == pytest.approx(0.5)  # 2 FLOP for 4 bytes
    assert found["prefill", "qkv"] == pytest.approx(0.5 * SPEC.prompt_len)


def test_the_step_is_measured_at_every_batch_in_turns(events: list[Event]) -> None:
    result = events[-1].detail
    assert [row["batch"] for row in result["steps"]] == [1, 2, 4, 8]
    assert all(row["n"] == SPEC.repeats for row in result["steps"])
    assert len(result["doubles"]) == SPEC.repeats
    assert len(result["first"]) == SPEC.repeats


def test_a_prompt_longer_than_the_context_is_refused(tmp_path) -> None:
    spec = TwoRegimes(recipe=RECIPE, prompt_len=CONFIG.max_seq_len, card=card())
    with pytest.raises(LabError, match="context_too_long"):
        list(two_regimes.run(spec, FakeLab(tmp_path)))


def test_a_cancel_ends_it_without_a_result(tmp_path) -> None:
    lab = FakeLab(tmp_path, stop_after=2)
    assert "result" not in [event.stage for event in two_regimes.run(SPEC, lab)]


def test_batches_stop_where_memory_does(tmp_path, monkeypatch) -> None:
    free = type("Free", (), {"total": 2**34, "available": 3 * 2 * 17 * 2 * 8 * 2 * 4 * 3})
    monkeypatch.setattr(two_regimes.psutil, "virtual_memory", lambda: free)
    loaded = FakeLab(tmp_path).model(RECIPE)
    assert two_regimes.batches_that_fit(loaded, SPEC) == [1, 2]


def test_a_timed_product_is_the_models_own() -> None:
    runs = dict(operators_timed.products(tiny_model(), rows=6, queries=3, context=5))
    with torch.inference_mode(), torch.profiler.profile() as seen:
        runs["qkv"]()
    calls = sum(row.count for row in seen.key_averages() if row.key == "aten::linear")
    assert calls == CONFIG.n_layers
