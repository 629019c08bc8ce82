"""Compiled steps and the model they were made from give the same logits."""

import shutil
from typing import Any

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.model.cache import ConcatCache, KVCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.recipe import Recipe
from lesson_core.speed import compiled, fused
from lesson_core.speed.build import build, rounded
from tests.model.tiny import tiny_model

SIZES = {"hidden_size": 96, "intermediate_size": 160, "vocab_size": 64, "head_dim": 32}
SHAPES: dict[str, dict[str, Any]] = {
    "gqa": {},
    "mha": {"num_key_value_heads": 6},
    "mqa-untied": {"num_key_value_heads": 1, "tie_word_embeddings": False},
    "qwen2": {"model_type": "qwen2"},
}
compiles = pytest.mark.skipif(
    not (shutil.which("g++") or shutil.which("clang++")), reason="no C++ compiler here"
)


def _model(shape: str) -> Transformer:
    model = tiny_model(**SIZES | SHAPES[shape])
    for name, parameter in model.named_parameters():
        plain = name.endswith(("bias", "norm.weight"))
        parameter.normal_(mean=1.0 if plain else 0.0, std=0.3 if plain else 0.1)
    return model


def _recipe(**changes: Any) -> Recipe:
    return Recipe(model="tiny", device="cpu", **changes)


@compiles
@torch.inference_mode()
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("batch", [1, 5])
def test_fused_step_equals_the_plain_model(shape: str, batch: int) -> None:
    model = _model(shape)
    fast = build(model, _recipe())
    fast.decode_step = fused.FusedStep(fast)
    ids = torch.randint(64, (batch, 7))
    cache, slow = KVCache(model.config, batch, 12, torch.float32, "cpu"), ConcatCache()
    prefill(fast, ids, cache)
    prefill(model, ids, slow)
    for token_id in torch.randint(64, (4, batch, 1)):
        expected = model.last_logits(token_id, slow)
        torch.testing.assert_close(decode_one_token(fast, token_id, cache), expected)
    with pytest.raises(LabError, match="cache_full"):
        decode_one_token(fast, ids[:, :1], cache)
        decode_one_token(fast, ids[:, :1], cache)


@compiles
@torch.inference_mode()
@pytest.mark.parametrize("precision", ["int8", "int8-dynamic", "int4"])
def test_fused_step_on_codes_equals_the_rounded_model(precision: Any) -> None:
    model = _model("qwen2")
    fast = build(model, _recipe(precision=precision))
    fast.decode_step = fused.FusedStep(fast)
    twin = rounded(model, precision)
    ids = torch.randint(64, (2, 7))
    cache, slow = KVCache(model.config, 2, 12, torch.bfloat16, "cpu"), ConcatCache()
    twin.last_logits(ids, slow)
    for layer in range(model.config.n_layers):  # what prefill kept, rounded to bf16
        for kept, theirs in zip(cache.rows(layer), slow._layers[layer], strict=True):
            kept[:, :, :7] = theirs.bfloat16()
    cache.advance(7)
    for token_id in torch.randint(64, (4, 2, 1)):
        expected = twin.last_logits(token_id, slow)
        found = decode_one_token(fast, token_id, cache)
        torch.testing.assert_close(found, expected, rtol=0.02, atol=0.02)


@compiles
@torch.inference_mode()
@pytest.mark.parametrize("precision", ["fp32", "int8", "int8-dynamic", "int4"])
def test_compiled_layers_equal_plain_ones(precision: Any) -> None:
    model = _model("gqa")
    fast = build(model, _recipe(precision=precision, compile="inductor"))
    assert fast.decode_step is None
    plain = build(model, _recipe(precision=precision))
    one, other = ConcatCache(), ConcatCache()
    tolerance = 1e-5 if precision == "fp32" else 0.05  # a rounding may fall to the other side
    for ids in (torch.randint(64, (1, 6)), torch.randint(64, (1, 1))):
        found, expected = fast.last_logits(ids, one), plain.last_logits(ids, other)
        assert float((found - expected).norm()) < tolerance * float(expected.norm())


@compiles
@torch.inference_mode()
def test_a_fused_recipe_fuses_decode_and_compiles_prefill() -> None:
    model = _model("gqa")
    fast = build(model, _recipe(compile="fused"))
    assert fast.decode_step is not None and model.decode_step is None
    assert all(type(block) is compiled.CompiledBlock for block in fast.layers)
    assert all(type(block) is not compiled.CompiledBlock for block in model.layers)


@pytest.mark.parametrize("change", [{"model_type": "qwen3"}, {"hidden_size": 72, "head_dim": 12}])
def test_what_the_kernel_does_not_write_out_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(LabError, match="fused_unsupported"):
        build(tiny_model(**SIZES | change), _recipe(compile="fused"))


def test_no_compiler_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from torch._inductor import cpp_builder
    from torch._inductor.exc import InvalidCxxCompiler

    def none_here() -> str:
        raise InvalidCxxCompiler

    monkeypatch.setattr(cpp_builder, "get_cpp_compiler", none_here)
    fused.kernels.cache_clear()
    for kind in ("fused", "inductor"):
        with pytest.raises(LabError, match="compiler_missing"):
            build(_model("gqa"), _recipe(compile=kind))


def test_cuda_graphs_need_cuda() -> None:
    with pytest.raises(LabError, match="cuda_graphs_need_cuda"):
        build(_model("gqa"), _recipe(compile="cuda-graphs"))
