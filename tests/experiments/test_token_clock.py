"""The token clock in-process: what comes when, and whether the sums agree."""

import dataclasses
import itertools
import json

import pytest

from lesson_core import source
from lesson_core.errors import LabError
from lesson_core.experiments import expectation, token_clock
from lesson_core.measure import probes
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.recipe import Recipe
from lesson_core.schema.specs import TokenClock
from lesson_core.theory import costs
from tests.experiments.fake_lab import CONFIG, RECIPE, FakeLab, card

SPEC = TokenClock(recipe=RECIPE, prompt="Hello", new_tokens=6, card=card())


def small_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    """No card remembered; small products, for on the fake clock none ever takes long enough."""
    monkeypatch.setattr(expectation, "_minis", {})
    monkeypatch.setattr(probes, "SIDES", (32,))


def stages(events: list[Event]) -> list[str]:
    return [event.stage for event in events]


def test_events_come_in_the_order_of_the_docstring(lab: FakeLab) -> None:
    events = list(token_clock.run(SPEC, lab))
    tokens = events[-1].detail["tokens_out"]
    assert stages(events) == [
        "progress", "code", "data", "tokenize", "prefill", "sample",
        *["decode", "sample"] * (tokens - 1), "result",
    ]  # fmt: skip
    for event in events:
        json.dumps(to_plain(event))


def test_stages_lie_inside_the_run_and_do_not_overlap(lab: FakeLab) -> None:
    events = list(token_clock.run(SPEC, lab))
    timed = [event for event in events if event.end_s is not None]
    for event in timed:
        assert 0 <= event.start_s < event.end_s
    for before, after in itertools.pairwise(timed):
        assert before.end_s <= after.start_s + 1e-9
    assert timed[-1].end_s == pytest.approx(events[-1].detail["latency"]["e2e_s"])


def test_time_begins_with_tokenizing(lab: FakeLab) -> None:
    events = list(token_clock.run(SPEC, lab))
    tokenize = next(event for event in events if event.stage == "tokenize")
    prefill = next(event for event in events if event.stage == "prefill")
    assert tokenize.start_s == 0
    # Predicting took clock readings in between; they are nobody's latency.
    assert prefill.start_s - tokenize.end_s < 0.0025


def test_the_prediction_comes_before_the_measurement_and_adds_up(lab: FakeLab) -> None:
    events = list(token_clock.run(SPEC, lab))
    expected = next(event.detail for event in events if event.stage == "data")
    tokenize = next(event for event in events if event.stage == "tokenize")
    assert (expected["tokens_in"],) == tokenize.shape
    assert len(expected["steps_s"]) == SPEC.new_tokens
    for name in ("ttft", "tpot"):
        prediction = expected[name]
        assert sum(prediction["parts_s"].values()) == pytest.approx(prediction["total_s"])
    assert expected["bound_s"] < expected["tpot"]["total_s"]
    assert expected["card"]["scope"] == "quick"
    read = costs.weights_read_per_step(CONFIG, 4) + 4 * CONFIG.d_model  # and the token's own row
    assert expected["tpot"]["parts_s"]["weights"] == pytest.approx(read / 1e6)  # at 1 MB/s


def test_passes_carry_their_predicted_bytes_and_flops(lab: FakeLab) -> None:
    events = list(token_clock.run(SPEC, lab))
    first, second = [event for event in events if event.stage == "decode"][:2]
    assert second.bytes - first.bytes == costs.kv_bytes_per_token(CONFIG, 4)
    assert second.flops > first.flops > 0


def test_the_result_counts_tokens_text_and_kv(lab: FakeLab) -> None:
    events = list(token_clock.run(SPEC, lab))
    result = events[-1].detail
    samples = [event for event in events if event.stage == "sample"]
    assert result["text"] == "".join(event.text for event in samples)
    assert result["tokens_out"] == len(samples) <= SPEC.new_tokens
    kept = result["tokens_in"] + result["tokens_out"] - 1
    assert result["kv_bytes"] == costs.kv_bytes(CONFIG, kept, 4)
    assert result["reached"] == pytest.approx(result["bound_s"] / result["latency"]["tpot_s"])
    assert result["chat"] is True


def test_one_token_has_no_tpot(lab: FakeLab) -> None:
    spec = dataclasses.replace(SPEC, new_tokens=1)
    result = list(token_clock.run(spec, lab))[-1].detail
    assert (result["latency"]["tpot_s"], result["reached"]) == (None, None)
    assert result["bound_s"] > 0


def test_a_model_without_chat_completes(lab: FakeLab) -> None:
    lab.chat = False
    result = list(token_clock.run(SPEC, lab))[-1].detail
    assert result["chat"] is False
    assert result["tokens_in"] == len("Hello")


def test_the_answer_is_the_same_with_every_cache(lab: FakeLab) -> None:
    texts, kv = set(), []
    for kind in ("none", "concat", "preallocated"):
        recipe = dataclasses.replace(RECIPE, cache=kind)
        result = list(token_clock.run(dataclasses.replace(SPEC, recipe=recipe), lab))[-1].detail
        texts.add(result["text"])
        kv.append(result["kv_bytes"])
    assert len(texts) == 1
    assert kv[0] == 0 < kv[1] == kv[2]


def test_without_a_cache_a_step_costs_more_each_time(lab: FakeLab) -> None:
    recipe = dataclasses.replace(RECIPE, cache="none")
    events = list(token_clock.run(dataclasses.replace(SPEC, recipe=recipe), lab))
    flops = [event.flops for event in events if event.stage in ("prefill", "decode")]
    assert flops == sorted(flops)
    assert flops[1] > flops[0]


@pytest.mark.parametrize(("chars", "code"), [(159, "answer_too_long"), (161, "prompt_too_long")])
def test_what_does_not_fit_is_said_before_anything_runs(
    lab: FakeLab, chars: int, code: str
) -> None:
    lab.chat = False
    spec = dataclasses.replace(SPEC, prompt="a" * chars)
    with pytest.raises(LabError) as caught:
        list(token_clock.run(spec, lab))
    assert caught.value.code == code
    assert caught.value.values["tokens"] == chars
    assert caught.value.values["limit"] == CONFIG.max_seq_len


def test_a_cancel_ends_it_without_a_result(lab: FakeLab) -> None:
    lab.stop_after = 3
    events = list(token_clock.run(SPEC, lab))
    assert "result" not in stages(events)
    assert len([event for event in events if event.stage == "sample"]) < SPEC.new_tokens


def test_the_functions_announced_are_those_on_disk(lab: FakeLab) -> None:
    events = list(token_clock.run(SPEC, lab))
    functions = next(event for event in events if event.stage == "code").detail["functions"]
    assert "lesson_core/generate/decode.py:prefill" in functions
    for name, ran in functions.items():
        path, _, qualname = name.partition(":")
        assert source.shown(path, qualname).fingerprint == ran


def test_without_a_card_one_is_measured_once(lab: FakeLab, monkeypatch: pytest.MonkeyPatch) -> None:
    small_probes(monkeypatch)
    spec = dataclasses.replace(SPEC, card=None)
    first, second = (list(token_clock.run(spec, lab)) for _ in range(2))
    measured = [
        [e.detail.get("what") for e in run].count("measure_bound") for run in (first, second)
    ]
    assert measured == [1, 0]
    assert first[-1].detail["card_scope"] == "mini"


def test_a_card_of_other_threads_is_not_used(lab: FakeLab, monkeypatch: pytest.MonkeyPatch) -> None:
    small_probes(monkeypatch)
    saved = card()
    other = dataclasses.replace(saved.environment, threads=7)
    spec = dataclasses.replace(SPEC, card=dataclasses.replace(saved, environment=other))
    assert list(token_clock.run(spec, lab))[-1].detail["card_scope"] == "mini"


@pytest.mark.model
def test_the_default_model_answers(tmp_path) -> None:
    from lesson_core.compute.lab import Lab
    from lesson_core.compute.shelf import Shelf

    recipe = Recipe(model="smollm2-135m", device="cpu", precision="fp32")
    spec = TokenClock(recipe=recipe, prompt="What is the capital of France?", new_tokens=12)
    real = Lab(shelf=Shelf(), cancelled=lambda: False)
    events = list(token_clock.run(dataclasses.replace(spec, card=card()), real))
    assert "Paris" in events[-1].detail["text"]
    assert events[-1].detail["weight_bytes"] == 538_060_032
