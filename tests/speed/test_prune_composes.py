"""Pruning with every other optimisation of a recipe: cut or masked first, then packed, then run."""

from typing import Any

import pytest
import torch

from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.model.cache import NoCache, new_cache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.recipe import Recipe
from lesson_core.speed import build, prune
from tests.model.tiny import tiny_model

WIDE = {
    "vocab_size": 64, "hidden_size": 128, "intermediate_size": 256, "num_attention_heads": 4,
    "num_key_value_heads": 2,
}  # fmt: skip
TOKENS = torch.tensor([[5, 6, 7, 8, 9, 10]])


def wide() -> Transformer:
    return tiny_model(**WIDE)


def recipe(pruning: Any, **more: Any) -> Recipe:
    return Recipe(model="tiny", **{"precision": "fp32", "pruning": pruning, **more})


@pytest.mark.parametrize("pruning", ["unstructured", "2:4", "heads", "ffn"])
@pytest.mark.parametrize("precision", ["int8", "int8-dynamic", "int4"])
def test_packed_after_pruning_equals_the_rounded_twin(pruning: Any, precision: str) -> None:
    asked = recipe(pruning, precision=precision)
    packed = build.build(wide(), asked)(TOKENS, NoCache()).float()
    pruned = build.build(wide(), recipe(pruning))
    twin = build.rounded(pruned, precision)(TOKENS, NoCache())
    torch.testing.assert_close(packed, twin, atol=0.05 * float(twin.abs().max()), rtol=0)


@pytest.mark.parametrize("pruning", ["unstructured", "2:4", "heads", "ffn"])
@pytest.mark.parametrize("precision", ["fp32", "bf16", "int8", "int4"])
@pytest.mark.parametrize("kv_precision", ["same", "int8"])
def test_step_by_step_equals_one_pass(pruning: Any, precision: str, kv_precision: Any) -> None:
    """Whatever fast step the engine takes for this model, it says what the model says."""
    model = build.build(wide(), recipe(pruning, precision=precision, kv_precision=kv_precision))
    dtype = model.embedding.weight.dtype
    cache = new_cache("preallocated", model.config, 1, 8, dtype, "cpu", kv_precision)
    prefill(model, TOKENS[:, :4], cache)
    decode_one_token(model, TOKENS[:, 4:5], cache)
    step = decode_one_token(model, TOKENS[:, 5:], cache).float()
    whole = model(TOKENS, NoCache())[:, -1].float()
    near = 1e-4 if (precision, kv_precision) == ("fp32", "same") else 0.05
    torch.testing.assert_close(step, whole, atol=near * float(whole.abs().max()), rtol=0)


def test_rounding_keeps_the_zeros_of_a_mask() -> None:
    """A symmetric int8 grid has a zero, so what was pruned stays pruned."""
    model = build.build(wide(), recipe("2:4"))
    assert prune.zeros(build.rounded(model, "int8")) >= 0.5
