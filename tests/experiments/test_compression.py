"""Every scheme beside fp32: bytes from tensors, ratios from pairs, quality, and honest refusals."""

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.experiments import compressed, compression, weight_error
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.model.cache import NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.compression import SCHEMES, Compression
from lesson_core.schema.events import Event
from lesson_core.schema.plain import from_plain, to_plain
from lesson_core.schema.recipe import Recipe
from lesson_core.speed import build, prune
from tests.experiments.fake_lab import CONFIG, RECIPE, FakeLab, card, tiny_model

RECIPE_HERE = dataclasses.replace(RECIPE, model="bilingual-4m")
SPEC = Compression(recipe=RECIPE_HERE, prompt_len=8, prefill_len=16, new_tokens=3, repeats=3,
                   card=card())  # fmt: skip


@pytest.fixture
def events(lab: FakeLab) -> list[Event]:
    return list(compression.run(SPEC, lab))


@pytest.fixture
def rows(events: list[Event]) -> dict[str, dict[str, Any]]:
    found = [e.detail for e in events if e.stage == "data" and e.detail["what"] == "scheme"]
    return {row["name"]: row for row in found}


def test_fp32_comes_first_and_then_every_scheme(rows: dict[str, dict[str, Any]]) -> None:
    assert list(rows) == ["fp32", *SCHEMES]


def test_everything_is_plain_json(events: list[Event]) -> None:
    for event in events:
        json.dumps(to_plain(event))


def test_fp32_is_at_no_distance_from_itself(rows: dict[str, dict[str, Any]]) -> None:
    plain = rows["fp32"]
    assert plain["weight_bytes"] == sum(w.nbytes for w in tiny_model().parameters())
    assert plain["error"]["unchanged"] == 1
    for text in plain["quality"]["texts"].values():
        assert text["kl"] == pytest.approx(0, abs=1e-6)


def test_masks_leave_every_byte_and_cuts_take_some(rows: dict[str, dict[str, Any]]) -> None:
    plain = rows["fp32"]
    for name in ("unstructured", "2:4"):
        assert rows[name]["weight_bytes"] == plain["weight_bytes"]
        assert rows[name]["read_bytes"] == plain["read_bytes"]
        assert rows[name]["predicted_ratio"] == 1
        assert rows[name]["kept"] == pytest.approx(0.5, abs=0.01)
    for name in ("heads", "ffn"):
        assert rows[name]["weight_bytes"] < plain["weight_bytes"]
        assert rows[name]["predicted_ratio"] > 1
        assert rows[name]["kept"] < 1
    assert rows["kv-int8"]["weight_bytes"] == plain["weight_bytes"]
    assert rows["kv-int8"]["kv_token_bytes"] < plain["kv_token_bytes"]


def test_a_scheme_this_machine_cannot_run_says_why(rows: dict[str, dict[str, Any]]) -> None:
    """48 values of a row do not divide into groups of 32."""
    assert rows["int4"] == {
        "what": "scheme", "name": "int4",
        "problem": {"code": "int4_shape", "values": rows["int4"]["problem"]["values"]},
    }  # fmt: skip


def test_quality_gets_worse_with_fewer_bits(rows: dict[str, dict[str, Any]]) -> None:
    kl = {name: rows[name]["quality"]["texts"]["en"]["kl"] for name in ("bf16", "int8", "2:4")}
    assert 0 < kl["bf16"] < kl["2:4"]
    assert kl["int8"] < kl["2:4"]


def test_the_result_repeats_the_rows(events: list[Event], rows: dict[str, dict[str, Any]]) -> None:
    result = events[-1].detail
    assert events[-1].stage == "result"
    assert [row["name"] for row in result["schemes"]] == list(rows)
    assert result["quality_model"] == "bilingual-4m"
    assert len(result["steps"]) == SPEC.repeats
    assert all(step["measured_s"] > 0 for step in result["steps"])


def test_a_cancel_ends_it_without_a_result(lab: FakeLab) -> None:
    lab.stop_after = 2
    stages = [event.stage for event in compression.run(SPEC, lab)]
    assert "result" not in stages


def test_the_ratio_is_of_neighbours_in_time() -> None:
    """The machine slows down threefold half way; the pairs do not notice."""
    ticks = iter([0, 2, 2, 3, 3, 5, 5, 6, 6, 12, 12, 15])
    found = compressed.paired(
        lambda: None, lambda: None, lambda: float(next(ticks)), repeats=3, per=2
    )
    assert found["ratio"]["median"] == 2
    assert found["ratio"]["interval"] == [2, 2]
    assert found["plain"]["samples"] == [1, 1, 3]
    assert found["plain"]["noisy"]


def test_decoding_reads_the_prompt_once_and_comes_back() -> None:
    model = tiny_model()
    side = compressed.Side(model=model, token_ids=torch.arange(20)[None])
    work = side.decoding(8, 3)
    work()
    work()  # a cache that did not come back would be full


@pytest.mark.parametrize("scheme", [scheme for scheme in SCHEMES if scheme != "int4"])
def test_a_twin_says_what_the_scheme_says(scheme: Any) -> None:
    """The twin's weights in fp32 predict like the packed or cut model, up to rounding.

    This tiny model's rows are no multiple of 32; int4 is held to its twin in tests/speed.
    """
    model, token_ids = tiny_model(), torch.arange(12)[None]
    twin = compressed.twin(model, scheme)
    assert twin.config == model.config
    asked = compressed.recipe(RECIPE_HERE, scheme)
    fast = build.build(model, asked)(token_ids, NoCache()).float()
    slow = twin(token_ids, NoCache())
    torch.testing.assert_close(fast, slow, atol=0.05 * float(slow.abs().max()), rtol=0)


def test_the_histogram_counts_every_weight_once() -> None:
    model = tiny_model()
    half = weight_error.histogram(model, prune.unstructured(model, 0.5))
    assert half["unchanged"] == pytest.approx(0.5, abs=0.01)
    assert sum(share for _, share in half["bins"]) + half["unchanged"] == pytest.approx(1)
    fine = weight_error.histogram(model, compressed.twin(model, "bf16"))
    assert 0 < fine["rms"] < half["rms"] < 1


@pytest.mark.parametrize(
    "wrong", [{"schemes": ()}, {"repeats": 1}, {"new_tokens": 1}, {"prompt_len": 10**6}]
)
def test_absurd_specs_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(LabError, match="out_of_range"):
        dataclasses.replace(SPEC, **wrong)


def test_an_unknown_scheme_does_not_get_through() -> None:
    with pytest.raises(TypeError, match="schemes"):
        from_plain(Compression, {"recipe": to_plain(RECIPE), "schemes": ["int1"]})


def test_more_tokens_than_the_model_reads_are_cut_to_its_room(lab: FakeLab) -> None:
    spec = dataclasses.replace(SPEC, prompt_len=4096, prefill_len=4096, schemes=("bf16",))
    *_, last = compression.run(spec, lab)
    assert last.stage == "result"
    assert "decode" in last.detail["schemes"][1]


WIDE = dataclasses.replace(
    CONFIG, d_model=64, n_heads=4, n_kv_heads=2, d_head=16, d_ff=64, vocab_size=260
)
"""Rows that the fused step can read: multiples of 32."""


class WideLab(FakeLab):
    """The fake lab with such a model."""

    def model(self, recipe: Recipe) -> SimpleNamespace:
        torch.manual_seed(0)
        wide = Transformer(WIDE).requires_grad_(False).eval()
        return SimpleNamespace(**{**vars(super().model(recipe)), "model": wide, "config": WIDE})


def needs_compiler(problem: LabError) -> None:
    assert problem.code in ("compiler_missing", "compile_failed")
    pytest.skip("no C++ compiler here")


def test_with_a_fused_step_both_sides_have_one(tmp_path: Path) -> None:
    recipe = dataclasses.replace(RECIPE_HERE, compile="fused")
    spec = dataclasses.replace(SPEC, recipe=recipe, schemes=("bf16", "int8", "ffn"))
    try:
        events = list(compression.run(spec, WideLab(tmp_path)))
    except LabError as problem:
        needs_compiler(problem)
    plan, *rows = (e.detail for e in events if e.stage == "data")
    assert plan["fused"]
    found = {row["name"]: row for row in rows}
    ran = [name for name in found if "decode" in found[name]]
    assert ran == ["int8", "ffn"]
    assert found["bf16"]["problem"]["code"] == "fused_unsupported"


def test_a_fused_model_says_what_the_plain_one_says(tmp_path: Path) -> None:
    plain_model = WideLab(tmp_path).model(RECIPE).model
    asked = dataclasses.replace(RECIPE_HERE, precision="fp32", compile="fused")
    plain = compressed.Side(model=plain_model, token_ids=torch.arange(9)[None])
    try:
        fused = dataclasses.replace(plain, model=compressed.built(plain_model, asked))
    except LabError as problem:
        needs_compiler(problem)
    assert plain_model.decode_step is None  # the shared model is left as it was
    ends = []
    for side in (plain, fused):
        cache = side.cache(9)
        prefill(side.model, side.token_ids[:, :8], cache)
        ends.append(decode_one_token(side.model, side.token_ids[:, 8:], cache))
    torch.testing.assert_close(ends[0], ends[1], atol=1e-4, rtol=1e-4)
